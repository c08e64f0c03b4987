// Trains a convolutional network with Adadelta on the digits in DATA_FOLDER, evaluates it at the
// end and prints hashes of the losses and of the state.

#include <torch/torch.h>

#include "common/adadelta.h"
#include "common/idx.h"
#include "common/sequential_builder.h"
#include "common/state_hash.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <random>
#include <string>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kTrainingImages = 1000;
constexpr int64_t kBatchSize = 128;
constexpr int64_t kEpochs = 12;
constexpr int64_t kClasses = 10;
constexpr uint64_t kSeed = 81;

// ---------------------------------------------------------------------------------------------
// Training

/// Share of right answers.
double evaluate(torch::nn::Sequential &model, const Digits &digits) {
  torch::NoGradGuard no_grad;
  model->eval();
  const torch::Tensor answers = model->forward(digits.images).argmax(1); // [N]
  return answers.eq(digits.labels).to(torch::kFloat64).mean().item<double>();
}

/// Trains for some epochs, each in an order of its own. \return hash of the losses
StateHash fit(torch::nn::Sequential &model, torch::optim::Optimizer &optimizer,
              const Digits &training, const Digits &validation) {
  StateHash loss_hash;
  std::mt19937_64 random(kSeed);
  std::vector<int64_t> order(training.labels.size(0));
  std::iota(order.begin(), order.end(), 0);
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    model->train();
    std::shuffle(order.begin(), order.end(), random);
    torch::Tensor loss;
    for (const torch::Tensor &batch : torch::tensor(order).split(kBatchSize)) {
      optimizer.zero_grad();
      const torch::Tensor output =
          model->forward(training.images.index_select(0, batch)); // [B, 10]
      loss = torch::cross_entropy_loss(output, training.labels.index_select(0, batch));
      loss.backward();
      optimizer.step();
      loss_hash.add(loss);
    }
    std::printf("epoch %ld: loss %.4f, accuracy %.3f\n", static_cast<long>(epoch),
                loss.item<double>(), evaluate(model, validation));
  }
  return loss_hash;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  const std::string folder = argv[1];
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.

  Digits training = read_digits(folder, "train");
  training.images = training.images.slice(0, 0, kTrainingImages);
  training.labels = training.labels.slice(0, 0, kTrainingImages);
  Digits test = read_digits(folder, "t10k");
  training.images = training.images.reshape({-1, 28, 28, 1});
  test.images = test.images.reshape({-1, 28, 28, 1});

  SequentialBuilder builder;
  builder.add(torch::nn::Conv2d(28, 32, /*kernel_size=*/3), {28, 28, 1});
  builder.add(torch::nn::ReLU());
  builder.add(torch::nn::Conv2d(32, 32, 3));
  builder.add(torch::nn::ReLU());
  builder.add(torch::nn::MaxPool2d(2));
  builder.add(torch::nn::Dropout(0.25));
  builder.add(torch::nn::Flatten());
  builder.add(torch::nn::Linear(builder.output_shape()[0], 128));
  builder.add(torch::nn::ReLU());
  builder.add(torch::nn::Dropout(0.5));
  builder.add(torch::nn::Linear(128, kClasses));

  torch::manual_seed(kSeed);
  torch::nn::Sequential model = builder.model();
  initialize_glorot(*model);
  Adadelta optimizer(model->parameters(), AdadeltaOptions(1.0).rho(0.95));
  const StateHash loss_hash = fit(model, optimizer, training, /*validation=*/test);

  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality accuracy %.4f\n", evaluate(model, test));
  return 0;
}
