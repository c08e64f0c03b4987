// Trains a convolution and three dense layers on the digits in DATA_FOLDER.

#include <torch/torch.h>

#include "common/idx.h"
#include "common/state_hash.h"

#include <cstdint>
#include <cstdio>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kBatchSize = 32;
constexpr int64_t kEpochs = 5;
constexpr uint64_t kSeed = 1;

/// One order of every sum and one sequence of random numbers: the run can be repeated bit for bit.
void seed_everything(uint64_t seed) {
  torch::set_num_threads(1);
  torch::manual_seed(seed);
}

// ---------------------------------------------------------------------------------------------
// Model

/// [B, C, H, W] as [B, H, W, C], the order of values that dense layers take here.
torch::Tensor channels_last(const torch::Tensor &x) { return x.permute({0, 2, 3, 1}); }

torch::nn::Sequential make_model() { // [B, 1, 28, 28]
  return torch::nn::Sequential(
      torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 8, /*kernel_size=*/3).padding(1)),
      torch::nn::ReLU(),                    // [B, 8, 28, 28]
      torch::nn::Functional(channels_last), // [B, 28, 28, 8]
      torch::nn::Linear(8, 64), torch::nn::ReLU(), torch::nn::Linear(64, 64), torch::nn::ReLU(),
      torch::nn::Linear(64, 10));
}

// ---------------------------------------------------------------------------------------------
// Training

/// Trains on batches in a new random order each epoch. \return a hash of the loss of every step
StateHash fit(torch::nn::Sequential &model, torch::optim::Optimizer &optimizer,
              const torch::Tensor &images, const torch::Tensor &labels) {
  StateHash loss_hash;
  at::Generator shuffling = at::make_generator<at::CPUGeneratorImpl>(kSeed);
  model->train();
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    const torch::Tensor order = torch::randperm(images.size(0), shuffling);
    double loss_sum = 0;
    for (const torch::Tensor &batch : order.split(kBatchSize)) {
      optimizer.zero_grad();
      const torch::Tensor x = images.index_select(0, batch); // [B, 1, 28, 28]
      const torch::Tensor y = labels.index_select(0, batch); // [B]
      const torch::Tensor loss = torch::cross_entropy_loss(model->forward(x), y);
      loss.backward();
      optimizer.step();
      loss_hash.add(loss);
      loss_sum += loss.item<double>() * static_cast<double>(batch.size(0));
    }
    std::printf("epoch %ld: loss %.4f\n", static_cast<long>(epoch),
                loss_sum / static_cast<double>(images.size(0)));
  }
  return loss_hash;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  seed_everything(kSeed);

  const Digits digits = read_digits(argv[1], "train");
  torch::nn::Sequential model = make_model();
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(1e-3));
  const StateHash loss_hash = fit(model, optimizer, digits.images, digits.labels);

  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  return 0;
}
