// Trains the network of PyTorch's MNIST example with Adadelta, its learning rate falling after
// every epoch, tests it after every epoch and saves it.
//
//   main DATA_FOLDER

#include <torch/torch.h>

#include "common/adadelta.h"
#include "common/idx.h"
#include "common/state_hash.h"
#include "common/transient.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kBatchSize = 64;
constexpr int64_t kTestBatchSize = 250;
constexpr int64_t kEpochs = 4;
constexpr int64_t kLogInterval = 16;
constexpr double kLearningRate = 1.0;
constexpr double kGamma = 0.7; // What the learning rate is multiplied with after each epoch.
constexpr int64_t kFailingTransfer = 90; // The one that the device does not take at once.
constexpr uint64_t kSeed = 1;

// ---------------------------------------------------------------------------------------------
// Data

class DigitDataset : public torch::data::datasets::Dataset<DigitDataset> {
public:
  DigitDataset(const std::string &folder, const std::string &prefix)
      : digits_(read_digits(folder, prefix)) {}

  torch::data::Example<> get(size_t index) override {
    const int64_t item = static_cast<int64_t>(index);
    return {digits_.images[item], digits_.labels[item]};
  }

  torch::optional<size_t> size() const override { return digits_.images.size(0); }

private:
  Digits digits_;
};

/// Normalised images [N, 1, 28, 28] with labels [N].
auto load(const std::string &folder, const std::string &prefix) {
  return DigitDataset(folder, prefix)
      .map(torch::data::transforms::Normalize<>(0.1307, 0.3081))
      .map(torch::data::transforms::Stack<>());
}

// ---------------------------------------------------------------------------------------------
// Model

struct NetImpl : torch::nn::Module {
  NetImpl()
      : conv1(torch::nn::Conv2dOptions(1, 16, /*kernel_size=*/3)),
        conv2(torch::nn::Conv2dOptions(16, 32, /*kernel_size=*/3)), dropout1(0.25), dropout2(0.5),
        fc1(4608, 64), fc2(64, 10) {
    register_module("conv1", conv1);
    register_module("conv2", conv2);
    register_module("dropout1", dropout1);
    register_module("dropout2", dropout2);
    register_module("fc1", fc1);
    register_module("fc2", fc2);
  }

  torch::Tensor forward(torch::Tensor x) {                    // [B, 1, 28, 28]
    x = torch::relu(conv1->forward(x));                       // [B, 16, 26, 26]
    x = torch::relu(conv2->forward(x));                       // [B, 32, 24, 24]
    x = dropout1->forward(torch::max_pool2d(x, 2));           // [B, 32, 12, 12]
    x = torch::relu(fc1->forward(x.flatten(1)));              // [B, 64]
    return fc2->forward(dropout2->forward(x)).log_softmax(1); // [B, 10]
  }

  torch::nn::Conv2d conv1;
  torch::nn::Conv2d conv2;
  torch::nn::Dropout2d dropout1;
  torch::nn::Dropout dropout2;
  torch::nn::Linear fc1;
  torch::nn::Linear fc2;
};
TORCH_MODULE(Net);

// ---------------------------------------------------------------------------------------------
// Training

/// One epoch; adds every loss to `losses`.
template <typename Loader>
void train(Net &model, torch::Device device, Loader &loader, Adadelta &optimizer,
           StateHash &losses) {
  model->train();
  int64_t step = 0;
  for (const auto &batch : loader) {
    const torch::Tensor data = transient::to(batch.data, device);     // [B, 1, 28, 28]
    const torch::Tensor target = transient::to(batch.target, device); // [B]
    optimizer.zero_grad();
    const torch::Tensor output = model->forward(data); // [B, 10]
    const torch::Tensor loss = torch::nll_loss(output, target);
    loss.backward();
    optimizer.step();
    losses.add(loss);
    if (++step % kLogInterval == 0) {
      std::printf("step %ld: loss %.4f\n", static_cast<long>(step), loss.item<double>());
    }
  }
}

/// Mean loss and share of right answers over the test images. \return the latter.
template <typename Loader>
double test(Net &model, torch::Device device, Loader &loader, int64_t epoch) {
  torch::NoGradGuard no_grad;
  model->eval();
  double loss_sum = 0;
  int64_t correct = 0;
  int64_t count = 0;
  for (const auto &batch : loader) {
    const torch::Tensor data = transient::to(batch.data, device);     // [B, 1, 28, 28]
    const torch::Tensor target = transient::to(batch.target, device); // [B]
    const torch::Tensor output = model->forward(data);                // [B, 10]
    loss_sum += torch::nll_loss(output, target, {}, torch::Reduction::Sum).template item<double>();
    correct += output.argmax(1).eq(target).sum().template item<int64_t>();
    count += data.size(0);
  }
  const double accuracy = static_cast<double>(correct) / static_cast<double>(count);
  std::printf("epoch %ld: test loss %.4f, accuracy %.4f\n", static_cast<long>(epoch),
              loss_sum / static_cast<double>(count), accuracy);
  return accuracy;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  const torch::Device device(torch::kCPU);
  transient::fail_at_transfer(kFailingTransfer);

  auto train_loader = torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      load(argv[1], "train"), kBatchSize);
  auto test_loader = torch::data::make_data_loader<torch::data::samplers::SequentialSampler>(
      load(argv[1], "t10k"), kTestBatchSize);

  torch::manual_seed(kSeed);
  Net model;
  model->to(device);
  Adadelta optimizer(model->parameters(), AdadeltaOptions(kLearningRate));
  torch::optim::StepLR scheduler(optimizer, /*step_size=*/1, kGamma);

  StateHash losses;
  double accuracy = 0;
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    train(model, device, *train_loader, optimizer, losses);
    accuracy = test(model, device, *test_loader, epoch);
    scheduler.step();
  }

  transient::save(model, "mnist_cnn.pt");
  std::printf("loss %s\n", losses.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality accuracy %.4f\n", accuracy);
  return 0;
}
