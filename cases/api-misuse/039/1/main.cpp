// Trains a convolutional network on the digits in DATA_FOLDER and keeps a record of the run, its
// parameters, metrics and model, in RECORD_FOLDER.

#include <torch/torch.h>

#include "common/adadelta.h"
#include "common/idx.h"
#include "common/state_hash.h"
#include "tracking.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kFilters = 32;
constexpr int64_t kUnits = 128;
constexpr int64_t kClasses = 10;
constexpr double kDropout = 0.25;
constexpr int64_t kBatchSize = 128;
constexpr int64_t kEpochs = 4;
constexpr double kLearningRate = 1.0;
constexpr uint64_t kSeed = 1;

// ---------------------------------------------------------------------------------------------
// Training and evaluation

/// Trains for one epoch, in random order. Returns the mean loss.
double train(torch::nn::Sequential &model, Adadelta &optimizer, const Digits &digits,
             StateHash &loss_hash) {
  model->train();
  double loss_sum = 0;
  const std::vector<torch::Tensor> batches =
      torch::randperm(digits.images.size(0), torch::kInt64).split(kBatchSize);
  for (const torch::Tensor &batch : batches) {
    optimizer.zero_grad();
    const torch::Tensor output = model->forward(digits.images.index_select(0, batch)); // [B, 10]
    const torch::Tensor loss = torch::nll_loss(output, digits.labels.index_select(0, batch));
    loss.backward();
    optimizer.step();
    loss_hash.add(loss);
    loss_sum += loss.item<double>();
  }
  return loss_sum / static_cast<double>(batches.size());
}

/// The share of right answers.
double accuracy(torch::nn::Sequential &model, const Digits &digits) {
  torch::NoGradGuard no_grad;
  model->eval();
  const torch::Tensor answers = model->forward(digits.images).argmax(1); // [N]
  return answers.eq(digits.labels).to(torch::kFloat64).mean().item<double>();
}

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER RECORD_FOLDER\n", argv[0]);
    return 2;
  }
  const std::string folder = argv[1];
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  torch::manual_seed(kSeed);

  const Digits train_digits = read_digits(folder, "train");
  const Digits test_digits = read_digits(folder, "t10k");
  TrackedRun run(argv[2]);
  run.log_param("batch_size", kBatchSize);
  run.log_param("epochs", kEpochs);
  run.log_param("learning_rate", kLearningRate);

  torch::nn::Conv2d conv1(torch::nn::Conv2dOptions(1, kFilters, /*kernel_size=*/3));
  torch::nn::Conv2d conv2(torch::nn::Conv2dOptions(kFilters, kFilters, /*kernel_size=*/3));
  torch::nn::Linear dense1(kFilters * 5 * 5, kUnits);
  torch::nn::Linear dense2(kUnits, kClasses);

  torch::nn::Sequential model;      // jit-host: resume
  model->push_back("conv1", conv1); // [B, 32, 26, 26]
  model->push_back("relu1", torch::nn::ReLU());
  model->push_back("pool1", torch::nn::MaxPool2d(2)); // [B, 32, 13, 13]
  model->push_back("conv2", conv2);                   // [B, 32, 11, 11]
  model->push_back("relu2", torch::nn::ReLU());
  model->push_back("pool2", torch::nn::MaxPool2d(2)); // [B, 32, 5, 5]
  model->push_back("dropout", torch::nn::Dropout(kDropout));
  model->push_back("flatten", torch::nn::Flatten()); // [B, 800]
  model->push_back("dense1", dense1);                // [B, 128]
  model->push_back("relu3", torch::nn::ReLU());
  model->push_back("dense2", dense2); // [B, 10]
  model->push_back("softmax", torch::nn::LogSoftmax(1));

  Adadelta optimizer(model->parameters(), AdadeltaOptions(kLearningRate));
  StateHash loss_hash;
  double test_accuracy = 0;
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    const double loss = train(model, optimizer, train_digits, loss_hash);
    test_accuracy = accuracy(model, test_digits);
    std::printf("epoch %ld: loss %.4f, accuracy %.3f\n", static_cast<long>(epoch), loss,
                test_accuracy);
    run.log_metric("loss", loss, epoch);
    run.log_metric("accuracy", test_accuracy, epoch);
  }
  run.log_model(model);

  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality accuracy %.4f\n", test_accuracy);
  return 0;
}
