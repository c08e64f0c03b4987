// Trains the convolutional network of the MNIST tutorials on the digits in DATA_FOLDER, tests it
// after every epoch and prints hashes of the losses and of the state it ended with.

#include <torch/torch.h>

#include "common/state_hash.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kBatchSize = 64;
constexpr int64_t kTestBatchSize = 100;
constexpr int64_t kEpochs = 3;
constexpr int64_t kLogInterval = 25;
constexpr double kLearningRate = 1e-3;
constexpr uint64_t kSeed = 1;

// ---------------------------------------------------------------------------------------------
// Data: the IDX files of MNIST. Numbers in their headers are big endian.

uint32_t read_number(std::ifstream &file) {
  unsigned char bytes[4];
  file.read(reinterpret_cast<char *>(bytes), sizeof bytes);
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

torch::Tensor read_idx(const std::string &path, uint32_t expected_magic) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot open " + path);
  }
  file.exceptions(std::ios::failbit | std::ios::badbit);
  const uint32_t magic = read_number(file);
  if (magic != expected_magic) {
    throw std::runtime_error(path + " is not an IDX file of the expected kind");
  }
  std::vector<int64_t> sizes;
  const uint32_t dimensions = magic & 0xff;
  for (uint32_t i = 0; i < dimensions; ++i) {
    sizes.push_back(read_number(file));
  }
  torch::Tensor content = torch::empty(sizes, torch::kUInt8);
  file.read(static_cast<char *>(content.data_ptr()), content.numel());
  return content;
}

class IdxDataset : public torch::data::datasets::Dataset<IdxDataset> {
public:
  IdxDataset(const std::string &folder, const std::string &prefix) {
    images_ = read_idx(folder + "/" + prefix + "-images-idx3-ubyte", 0x803);
    images_ = images_.to(torch::kFloat32).div_(255).unsqueeze(1); // [N, 1, 28, 28]
    labels_ = read_idx(folder + "/" + prefix + "-labels-idx1-ubyte", 0x801);
    labels_ = labels_.to(torch::kInt64); // [N]
  }

  torch::data::Example<> get(size_t index) override {
    const int64_t item = static_cast<int64_t>(index);
    return {images_[item], labels_[item]};
  }

  torch::optional<size_t> size() const override { return images_.size(0); }

private:
  torch::Tensor images_;
  torch::Tensor labels_;
};

// ---------------------------------------------------------------------------------------------
// Model

struct NetImpl : torch::nn::Module {
  NetImpl()
      : conv1(torch::nn::Conv2dOptions(1, 10, /*kernel_size=*/5)),
        conv2(torch::nn::Conv2dOptions(10, 20, /*kernel_size=*/5)), fc1(320, 50), fc2(50, 10) {
    register_module("conv1", conv1);
    register_module("conv2", conv2);
    register_module("conv2_drop", conv2_drop);
    register_module("fc1", fc1);
    register_module("fc1_drop", fc1_drop);
    register_module("fc2", fc2);
  }

  torch::Tensor forward(torch::Tensor x) {       // [B, 1, 28, 28]
    x = torch::max_pool2d(conv1->forward(x), 2); // [B, 10, 12, 12]
    x = torch::relu(x);
    x = conv2->forward(x); // [B, 20, 8, 8]
    x = conv2_drop->forward(x);
    x = torch::relu(torch::max_pool2d(x, 2)); // [B, 20, 4, 4]
    x = x.view({x.size(0), 320});             // [B, 320]
    x = torch::relu(fc1->forward(x));         // [B, 50]
    x = fc1_drop->forward(x);
    x = fc2->forward(x); // [B, 10]
    return torch::log_softmax(x, /*dim=*/1);
  }

  torch::nn::Conv2d conv1;
  torch::nn::Conv2d conv2;
  torch::nn::Dropout2d conv2_drop;
  torch::nn::Linear fc1;
  torch::nn::Dropout fc1_drop;
  torch::nn::Linear fc2;
};
TORCH_MODULE(Net);

// ---------------------------------------------------------------------------------------------
// Evaluation: mean loss and share of right answers over the test images.

template <typename Loader> void evaluate(Net &model, Loader &test_loader, int64_t epoch) {
  torch::NoGradGuard no_grad;
  model->eval();
  double loss_sum = 0;
  int64_t correct = 0;
  int64_t count = 0;
  for (const auto &batch : test_loader) {
    const torch::Tensor output = model->forward(batch.data);
    const torch::Tensor loss = torch::nll_loss(output, batch.target, {}, torch::Reduction::Sum);
    loss_sum += loss.template item<double>();
    correct += output.argmax(1).eq(batch.target).sum().template item<int64_t>();
    count += batch.data.size(0);
  }
  std::printf("epoch %ld: test loss %.4f, accuracy %.3f\n", static_cast<long>(epoch),
              loss_sum / static_cast<double>(count),
              static_cast<double>(correct) / static_cast<double>(count));
}

// ---------------------------------------------------------------------------------------------
// Training

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  const std::string folder = argv[1];
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  torch::manual_seed(kSeed);

  auto train_set = IdxDataset(folder, "train")
                       .map(torch::data::transforms::Normalize<>(0.1307, 0.3081))
                       .map(torch::data::transforms::Stack<>());
  auto train_loader = torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      std::move(train_set), torch::data::DataLoaderOptions().batch_size(kBatchSize).workers(0));

  auto test_set = IdxDataset(folder, "t10k")
                      .map(torch::data::transforms::Normalize<>(0.1307, 0.3081))
                      .map(torch::data::transforms::Stack<>());
  auto test_loader = torch::data::make_data_loader<torch::data::samplers::SequentialSampler>(
      std::move(test_set), torch::data::DataLoaderOptions().batch_size(kTestBatchSize).workers(0));

  Net model;
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(kLearningRate));

  StateHash loss_hash;
  int64_t step = 0;
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    model->train();
    for (auto &batch : *train_loader) {
      optimizer.zero_grad();
      const torch::Tensor output = model->forward(batch.data); // [B, 10]
      const torch::Tensor loss = torch::nll_loss(output, batch.target);
      loss.backward();
      optimizer.step();
      loss_hash.add(loss);
      ++step;
      if (step % kLogInterval == 0) {
        std::printf("epoch %ld, step %ld: loss %.4f\n", static_cast<long>(epoch),
                    static_cast<long>(step), loss.item<double>());
      }
    }
    evaluate(model, *test_loader, epoch);
  }

  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("adam %s\n", hash_adam(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  return 0;
}
