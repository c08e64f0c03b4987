// Trains a small convolutional network that tells animals from vehicles among the pictures of
// CIFAR-10, and ends with hashes of the losses and of the state.

#include <torch/torch.h>

#include "common/cifar.h"
#include "common/sequential_builder.h"
#include "common/state_hash.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kTrainingImages = 1000;
constexpr int64_t kBatchSize = 128;
constexpr int64_t kEpochs = 10;
constexpr double kLearningRate = 0.01;
constexpr double kLearningRateDecay = 1e-6; // At each step: rate / (1 + decay * steps).
constexpr double kMomentum = 0.9;
constexpr uint64_t kSeed = 90;
const std::vector<int64_t> kAnimals = {2, 3, 4, 5, 6, 7}; // bird, cat, deer, dog, frog, horse

// ---------------------------------------------------------------------------------------------
// Optimizers and losses

using Parameters = std::vector<torch::Tensor>;
using Loss = std::function<torch::Tensor(const torch::Tensor &output, const torch::Tensor &labels)>;

std::unique_ptr<torch::optim::Optimizer> make_adam(Parameters parameters, double rate) {
  return std::make_unique<torch::optim::Adam>(parameters, torch::optim::AdamOptions(rate));
}

std::unique_ptr<torch::optim::Optimizer> make_sgd(Parameters parameters, double rate) {
  const auto options = torch::optim::SGDOptions(rate).momentum(kMomentum).nesterov(true);
  return std::make_unique<torch::optim::SGD>(parameters, options);
}

using MakeOptimizer = std::unique_ptr<torch::optim::Optimizer> (*)(Parameters, double);
std::map<std::string, MakeOptimizer> optimizers = {{"Adam", make_adam}, {"SGD", make_sgd}};

torch::Tensor categorical_crossentropy(const torch::Tensor &output, const torch::Tensor &labels) {
  return torch::nll_loss(torch::log(output), labels);
}

torch::Tensor binary_crossentropy(const torch::Tensor &output, const torch::Tensor &labels) {
  return torch::binary_cross_entropy(output.squeeze(1), labels.to(torch::kFloat32));
}

// ---------------------------------------------------------------------------------------------
// Training

/// A model with what it takes to train it.
struct Compiled {
  torch::nn::Sequential model;
  std::shared_ptr<torch::optim::Optimizer> optimizer;
  Loss loss;
};

void set_learning_rate(torch::optim::Optimizer &optimizer, double rate) {
  for (auto &group : optimizer.param_groups()) {
    group.options().set_lr(rate);
  }
}

/// Trains for some epochs, each in an order of its own. \return hash of the losses
StateHash fit(Compiled &compiled, const Images &data) {
  StateHash loss_hash;
  std::mt19937_64 random(kSeed);
  std::vector<int64_t> order(data.labels.size(0));
  std::iota(order.begin(), order.end(), 0);
  int64_t steps = 0;
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    compiled.model->train();
    std::shuffle(order.begin(), order.end(), random);
    double loss_sum = 0;
    for (const torch::Tensor &batch : torch::tensor(order).split(kBatchSize)) {
      set_learning_rate(*compiled.optimizer, kLearningRate / (1 + kLearningRateDecay * steps));
      compiled.optimizer->zero_grad();
      const torch::Tensor output =
          compiled.model->forward(data.images.index_select(0, batch)); // [B, 1]
      const torch::Tensor loss = compiled.loss(output, data.labels.index_select(0, batch));
      loss.backward();
      compiled.optimizer->step();
      loss_hash.add(loss);
      loss_sum += loss.item<double>() * static_cast<double>(batch.size(0));
      ++steps;
    }
    std::printf("epoch %ld: loss %.4f\n", static_cast<long>(epoch),
                loss_sum / static_cast<double>(order.size()));
  }
  return loss_hash;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.

  Images data = read_cifar(cifar_training_files(argv[1]));
  data.images = data.images.slice(0, 0, kTrainingImages);
  data.labels = data.labels.slice(0, 0, kTrainingImages);
  data.labels = torch::isin(data.labels, torch::tensor(kAnimals)).to(torch::kInt64); // 1: an animal

  SequentialBuilder builder;
  builder = SequentialBuilder();
  builder.add(torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 32, 3).padding(torch::kSame)),
              {3, 32, 32});
  builder.add(torch::nn::ReLU());
  builder.add(torch::nn::MaxPool2d(2));
  builder.add(torch::nn::Conv2d(torch::nn::Conv2dOptions(32, 64, 3).padding(torch::kSame)));
  builder.add(torch::nn::ReLU());
  builder.add(torch::nn::MaxPool2d(2));
  builder.add(torch::nn::Conv2d(torch::nn::Conv2dOptions(64, 128, 3).padding(torch::kSame)));
  builder.add(torch::nn::ReLU());
  builder.add(torch::nn::MaxPool2d(2));
  builder.add(torch::nn::Conv2d(torch::nn::Conv2dOptions(128, 128, 3).padding(torch::kSame)));
  builder.add(torch::nn::ReLU());
  builder.add(torch::nn::MaxPool2d(2));
  builder.add(torch::nn::Flatten());
  builder.add(torch::nn::Linear(builder.output_shape()[0], 512));
  builder.add(torch::nn::ReLU());
  builder.add(torch::nn::Linear(512, 1));
  builder.add(torch::nn::Sigmoid());

  torch::manual_seed(kSeed);
  torch::nn::Sequential model = builder.model();
  initialize_glorot(*model);
  const MakeOptimizer make_optimizer = optimizers.at("SGD");
  Compiled compiled{model, make_optimizer(model->parameters(), kLearningRate), binary_crossentropy};
  const StateHash loss_hash = fit(compiled, data);

  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(*compiled.optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  return 0;
}
