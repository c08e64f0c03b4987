// Trains a conditional neural process to complete the digits in DATA_FOLDER: from some pixels of a
// picture it predicts all others, with what it does not know of them. After the epoch it completes
// digits it has not seen and plots them into PICTURES_FOLDER.

#include <torch/torch.h>

#include "common/idx.h"
#include "common/pgm.h"
#include "common/state_hash.h"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kTrainingImages = 1000;
constexpr int64_t kTestImages = 8;
constexpr int64_t kMinContext = 10;  // pixels that are given
constexpr int64_t kMaxContext = 100; // below this
constexpr int64_t kWidth = 128;
constexpr int64_t kBatchSize = 16;
constexpr int64_t kEpochs = 1;
constexpr double kLearningRate = 1e-3;
constexpr uint64_t kSeed = 1;

// ---------------------------------------------------------------------------------------------
// Data

struct Task {
  torch::Tensor context_x; // [B, C, 2], where the given pixels are: line and column, 0 to 1
  torch::Tensor context_y; // [B, C, 1], what they are, 0 to 1
  torch::Tensor target_x;  // [B, 784, 2]
  torch::Tensor target_y;  // [B, 784, 1]
};

/// Pictures as tasks, made when they are asked for: how many pixels are given, and which, is
/// drawn for each batch.
class CompletionTasks {
public:
  /// \param images [N, 1, 28, 28], of which `min_context` to `max_context - 1` pixels are given.
  CompletionTasks(const torch::Tensor &images, int64_t min_context, int64_t max_context)
      : pixels_(images.flatten(1).unsqueeze(2)), min_context_(min_context),
        max_context_(max_context) {
    const torch::Tensor line = torch::linspace(0, 1, images.size(2));
    const std::vector<torch::Tensor> places = torch::meshgrid({line, line}, "ij");
    places_ = torch::stack({places[0].flatten(), places[1].flatten()}, 1); // [784, 2]
  }

  int64_t size() const { return pixels_.size(0); }

  Task encode(const torch::Tensor &items) const {           // [B]
    const torch::Tensor y = pixels_.index_select(0, items); // [B, 784, 1]
    const torch::Tensor x = places_.expand({items.size(0), -1, -1});
    const int64_t count = torch::randint(min_context_, max_context_, {1}).item<int64_t>();
    const torch::Tensor given = torch::randperm(places_.size(0), torch::kInt64).narrow(0, 0, count);
    return {x.index_select(1, given), y.index_select(1, given), x, y};
  }

private:
  torch::Tensor pixels_; // [N, 784, 1]
  torch::Tensor places_;
  int64_t min_context_;
  int64_t max_context_;
};

// ---------------------------------------------------------------------------------------------
// Model

struct Prediction {
  torch::Tensor mean;      // [B, T, 1]
  torch::Tensor deviation; // [B, T, 1]
};

/// Linear layers of these sizes with relu between them.
torch::nn::Sequential layers(const std::vector<int64_t> &sizes) {
  torch::nn::Sequential result;
  for (size_t i = 1; i < sizes.size(); ++i) {
    if (i > 1) {
      result->push_back(torch::nn::ReLU());
    }
    result->push_back(torch::nn::Linear(sizes[i - 1], sizes[i]));
  }
  return result;
}

struct NeuralProcessImpl : torch::nn::Module {
  NeuralProcessImpl()
      : encoder(layers({3, kWidth, kWidth, kWidth, kWidth})),
        decoder(layers({kWidth + 2, kWidth, kWidth, kWidth, 2})) {
    register_module("encoder", encoder);
    register_module("decoder", decoder);
  }

  Prediction forward(const Task &task) {
    const torch::Tensor points = torch::cat({task.context_x, task.context_y}, 2); // [B, C, 3]
    const torch::Tensor summary = encoder->forward(points).mean(1, true);         // [B, 1, width]
    const torch::Tensor summaries = summary.expand({-1, task.target_x.size(1), -1});
    const torch::Tensor output = decoder->forward(torch::cat({summaries, task.target_x}, 2));
    const std::vector<torch::Tensor> parts = output.chunk(2, 2);
    return {parts[0], 0.1 + 0.9 * torch::softplus(parts[1])};
  }

  torch::nn::Sequential encoder;
  torch::nn::Sequential decoder;
};
TORCH_MODULE(NeuralProcess);

/// Of normal distributions, without the constant.
torch::Tensor negative_log_likelihood(const Prediction &prediction, const torch::Tensor &y) {
  const torch::Tensor distance = (y - prediction.mean) / prediction.deviation;
  return (distance.pow(2) / 2 + prediction.deviation.log()).mean();
}

// ---------------------------------------------------------------------------------------------
// Training

using Callback = std::function<void(int64_t epoch)>;

/// Returns the loss of every step.
std::vector<torch::Tensor> fit(NeuralProcess &model, torch::optim::Optimizer &optimizer,
                               const CompletionTasks &tasks,
                               const std::vector<Callback> &callbacks) {
  std::vector<torch::Tensor> losses;
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    const torch::Tensor order = torch::randperm(tasks.size(), torch::kInt64);
    const int64_t steps = tasks.size() / kBatchSize;
    double loss_sum = 0;
    for (int64_t step = 0; step < steps; ++step) {
      const Task task = tasks.encode(order.narrow(0, step * kBatchSize, kBatchSize));
      optimizer.zero_grad();
      const torch::Tensor loss = negative_log_likelihood(model->forward(task), task.target_y);
      loss.backward();
      optimizer.step();
      losses.push_back(loss.detach());
      loss_sum += loss.item<double>();
    }
    std::printf("epoch %ld: negative log likelihood %.4f\n", static_cast<long>(epoch),
                loss_sum / static_cast<double>(steps));
    for (const Callback &callback : callbacks) {
      callback(epoch);
    }
  }
  return losses;
}

/// Plots the tasks' pictures, below them what the model makes of the given pixels.
struct PlotCompletion {
  void operator()(int64_t epoch) {
    torch::NoGradGuard no_grad;
    const Task task = tasks.encode(torch::arange(tasks.size()));
    const Prediction prediction = model->forward(task);
    const torch::Tensor sheet = torch::stack({task.target_y, prediction.mean}); // [2, N, 784, 1]
    write_pgm(folder + "/epoch-" + std::to_string(epoch) + ".pgm",
              sheet.view({2, -1, 28, 28}).transpose(1, 2).reshape({2 * 28, -1}));
    std::printf("completed from %ld pixels: negative log likelihood %.4f\n",
                static_cast<long>(task.context_x.size(1)),
                negative_log_likelihood(prediction, task.target_y).item<double>());
  }

  NeuralProcess model;
  CompletionTasks tasks;
  std::string folder;
};

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER PICTURES_FOLDER\n", argv[0]);
    return 2;
  }
  const std::string folder = argv[1], pictures_folder = argv[2];
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  torch::manual_seed(kSeed);

  const torch::Tensor train = read_digits(folder, "train").images.narrow(0, 0, kTrainingImages);
  const torch::Tensor test = read_digits(folder, "t10k").images.narrow(0, 0, kTestImages);
  CompletionTasks train_tasks(train, kMinContext, kMaxContext);
  CompletionTasks test_tasks(test, kMinContext, kMaxContext);

  NeuralProcess model;
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(kLearningRate));
  std::vector<Callback> callbacks = {PlotCompletion{model, test_tasks, pictures_folder}};
  const std::vector<torch::Tensor> losses = fit(model, optimizer, train_tasks, callbacks);

  StateHash loss_hash;
  for (const torch::Tensor &loss : losses) {
    loss_hash.add(loss);
  }
  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  return 0;
}
