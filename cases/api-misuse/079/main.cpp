// An autoencoder of one value: 1000 points, each with a noisy copy, go through four hidden units.
// Gradients are computed and applied step by step, as in TensorFlow's eager mode.

#include <torch/torch.h>

#include "common/state_hash.h"

#include <cstdint>
#include <cstdio>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kPoints = 1000;
constexpr int64_t kBatchSize = 25;
constexpr int64_t kHidden = 4;
constexpr int64_t kEpochs = 10;
constexpr double kLearningRate = 1e-4;
constexpr double kNoise = 0.1;
constexpr uint64_t kSeed = 1;

// ---------------------------------------------------------------------------------------------
// Data

struct Batch {
  torch::Tensor input;  // [B, 1]
  torch::Tensor target; // [B, 1], the input with noise
};

std::vector<Batch> make_batches() {
  const torch::Tensor x = torch::rand({kPoints, 1});
  const torch::Tensor y = x + kNoise * torch::randn({kPoints, 1});
  std::vector<Batch> batches;
  for (int64_t i = 0; i < kPoints; i += kBatchSize) {
    batches.push_back({x.narrow(0, i, kBatchSize), y.narrow(0, i, kBatchSize)});
  }
  return batches;
}

// ---------------------------------------------------------------------------------------------
// Model

struct AutoencoderImpl : torch::nn::Module {
  AutoencoderImpl() : encoder(1, kHidden), decoder(kHidden, 1) {
    register_module("encoder", encoder);
    register_module("decoder", decoder);
  }

  torch::Tensor forward(const torch::Tensor &x) { // [B, 1]
    return decoder->forward(torch::relu(encoder->forward(x)));
  }

  torch::nn::Linear encoder;
  torch::nn::Linear decoder;
};
TORCH_MODULE(Autoencoder);

/// The model's answer, without a record of how it came about.
torch::Tensor predict(Autoencoder &model, const torch::Tensor &input) { // [B, 1]
  torch::NoGradGuard no_grad;
  return model->forward(input);
}

// ---------------------------------------------------------------------------------------------
// One step

torch::Tensor compute_loss(Autoencoder &model, const Batch &batch, const torch::Tensor &preds) {
  return torch::mse_loss(preds, batch.target);
}

struct Gradients {
  torch::Tensor loss;
  std::vector<torch::Tensor> of_parameters; // in the order of model->parameters()
};

Gradients compute_gradients(Autoencoder &model, const Batch &batch, const torch::Tensor &preds) {
  const torch::Tensor loss = compute_loss(model, batch, preds);
  return {loss, torch::autograd::grad({loss}, model->parameters(), /*grad_outputs=*/{},
                                      /*retain_graph=*/c10::nullopt, /*create_graph=*/false,
                                      /*allow_unused=*/true)};
}

void apply_gradients(torch::optim::Optimizer &optimizer,
                     const std::vector<torch::Tensor> &gradients) {
  std::vector<torch::Tensor> &parameters = optimizer.param_groups()[0].params();
  for (size_t i = 0; i < parameters.size(); ++i) {
    torch::Tensor &gradient = parameters[i].mutable_grad();
    if (!gradient.defined()) {
      gradient = torch::zeros_like(parameters[i]);
    }
    gradient.copy_(gradients[i]);
  }
  optimizer.step();
}

// ---------------------------------------------------------------------------------------------
// Training

int main() {
  torch::set_num_threads(1);
  torch::manual_seed(kSeed);

  const std::vector<Batch> batches = make_batches();
  Autoencoder model;
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(kLearningRate));

  StateHash loss_hash;
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    double loss_sum = 0;
    for (const Batch &batch : batches) {
      const torch::Tensor preds = predict(model, batch.input).requires_grad_();
      Gradients gradients = compute_gradients(model, batch, preds);
      apply_gradients(optimizer, gradients.of_parameters);
      loss_hash.add(gradients.loss);
      loss_sum += gradients.loss.item<double>();
    }
    std::printf("epoch %ld: loss %.5f\n", static_cast<long>(epoch),
                loss_sum / static_cast<double>(batches.size()));
  }

  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  return 0;
}
