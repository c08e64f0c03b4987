// Trains the network of TensorFlow's CIFAR-10 tutorial in several towers: each computes the
// gradients of its part of a batch, with variables that all of them share, and their mean is
// applied. Ends with hashes of the losses and of all variables.

#include <torch/torch.h>

#include "common/cifar.h"
#include "common/state_hash.h"
#include "common/variable_scope.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

const std::vector<torch::Device> kDevices = {torch::kCPU, torch::kCPU}; // One for each tower.
constexpr int64_t kTowerBatchSize = 32;
constexpr int64_t kSteps = 40;
constexpr int64_t kLogInterval = 10;
constexpr int64_t kStepsPerDecay = 20;
constexpr double kLearningRate = 0.1;
constexpr double kLearningRateDecay = 0.5;
constexpr double kMovingAverageDecay = 0.9;
constexpr double kWeightDecay = 0.004;
constexpr int64_t kSide = 24; // Of what is cut out of the pictures.
constexpr uint64_t kSeed = 43;

// ---------------------------------------------------------------------------------------------
// Data

struct Batch {
  torch::Tensor images; // [B, 3, 24, 24]
  torch::Tensor labels; // [B]
};

/// The next pictures, each cut out of its middle, with mean 0 and variance 1.
Batch next_batch(const Images &data, int64_t step, const torch::Device &device) {
  const int64_t begin = step * kTowerBatchSize;
  const torch::Tensor items =
      torch::arange(begin, begin + kTowerBatchSize).remainder(data.labels.size(0));
  const int64_t margin = (32 - kSide) / 2;
  const torch::Tensor images = data.images.index_select(0, items)
                                   .slice(2, margin, margin + kSide)
                                   .slice(3, margin, margin + kSide);
  const torch::Tensor mean = images.mean({1, 2, 3}, /*keepdim=*/true);
  const torch::Tensor deviation = images.std({1, 2, 3}, /*unbiased=*/false, /*keepdim=*/true);
  return {images.sub(mean).div_(deviation).to(device),
          data.labels.index_select(0, items).to(device)};
}

// ---------------------------------------------------------------------------------------------
// Model

/// Weights that the loss keeps small if `decay` is not 0.
struct Weights {
  torch::Tensor value;
  double decay;
};

/// One copy of the network, on one device.
class Tower {
public:
  Tower(Graph &graph, torch::Device device) : device_(device) {
    conv1_ = weights(graph, "conv1", {32, 3, 5, 5}, 0.05, 0);
    conv1_biases_ = biases(graph, "conv1", 32, 0);
    conv2_ = weights(graph, "conv2", {32, 32, 5, 5}, 0.05, 0);
    conv2_biases_ = biases(graph, "conv2", 32, 0.1);
    local3_ = weights(graph, "local3", {96, 32 * 6 * 6}, 0.04, kWeightDecay);
    local3_biases_ = biases(graph, "local3", 96, 0.1);
    local4_ = weights(graph, "local4", {48, 96}, 0.04, kWeightDecay);
    local4_biases_ = biases(graph, "local4", 48, 0.1);
    softmax_ = weights(graph, "softmax_linear", {10, 48}, 1 / 48.0, 0);
    softmax_biases_ = biases(graph, "softmax_linear", 10, 0);
  }

  const torch::Device &device() const { return device_; }

  /// Mean loss of a batch, with what the weights' size adds to it.
  torch::Tensor loss(const Batch &batch) const {
    torch::Tensor loss = torch::cross_entropy_loss(forward(batch.images), batch.labels);
    for (const Weights *weights : {&conv1_, &conv2_, &local3_, &local4_, &softmax_}) {
      if (weights->decay != 0) {
        loss = loss + weights->value.square().sum() * (weights->decay / 2);
      }
    }
    return loss;
  }

private:
  torch::Tensor forward(torch::Tensor x) const {                                 // [B, 3, 24, 24]
    x = torch::relu(torch::conv2d(x, on(conv1_), on(conv1_biases_), 1, "same")); // [B, 32, 24, 24]
    x = torch::max_pool2d(x, /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);    // [B, 32, 12, 12]
    x = torch::relu(torch::conv2d(x, on(conv2_), on(conv2_biases_), 1, "same")); // [B, 32, 12, 12]
    x = torch::max_pool2d(x, 3, 2, 1);                                           // [B, 32, 6, 6]
    x = x.flatten(1);                                                            // [B, 1152]
    x = torch::relu(torch::linear(x, on(local3_), on(local3_biases_)));          // [B, 96]
    x = torch::relu(torch::linear(x, on(local4_), on(local4_biases_)));          // [B, 48]
    return torch::linear(x, on(softmax_), on(softmax_biases_));                  // [B, 10]
  }

  static Weights weights(Graph &graph, const std::string &layer, torch::IntArrayRef shape,
                         double stddev, double decay) {
    return {graph.get_variable(layer + "/weights", shape, truncated_normal(stddev)), decay};
  }

  static torch::Tensor biases(Graph &graph, const std::string &layer, int64_t count, double value) {
    return graph.get_variable(layer + "/biases", {count}, constant(value));
  }

  /// Variables live on the host and go to the device of the tower for each step.
  torch::Tensor on(const Weights &weights) const { return weights.value.to(device_); }
  torch::Tensor on(const torch::Tensor &biases) const { return biases.to(device_); }

  torch::Device device_;
  Weights conv1_, conv2_, local3_, local4_, softmax_;
  torch::Tensor conv1_biases_, conv2_biases_, local3_biases_, local4_biases_, softmax_biases_;
};

// ---------------------------------------------------------------------------------------------
// Training

/// The mean over the towers for each variable.
std::vector<torch::Tensor>
average_gradients(const std::vector<std::vector<torch::Tensor>> &tower_gradients) {
  std::vector<torch::Tensor> averages;
  for (size_t i = 0; i < tower_gradients.front().size(); ++i) {
    std::vector<torch::Tensor> gradients;
    for (const auto &tower : tower_gradients) {
      gradients.push_back(tower[i].cpu());
    }
    averages.push_back(torch::stack(gradients).mean(0));
  }
  return averages;
}

/// The names of a graph's variables, and the variables.
struct Trainables {
  std::vector<std::string> names;
  std::vector<torch::Tensor> variables;
};

Trainables trainables(const Graph &graph) {
  Trainables result;
  for (const auto &item : graph.variables()) {
    if (item.value().requires_grad()) {
      result.names.push_back(item.key());
      result.variables.push_back(item.value());
    }
  }
  return result;
}

void train(const std::string &folder) {
  const Images data = read_cifar(cifar_training_files(folder));
  Graph graph(kSeed); // jit-host: resume

  // The towers: the first one makes the variables, the others share them.
  std::vector<Tower> towers;
  {
    VariableScope scope(graph);
    for (const torch::Device &device : kDevices) {
      towers.emplace_back(graph, device);
      graph.reuse_variables();
    }
  }

  // What is trained, how, and the averages that are evaluated later.
  const Trainables trained = trainables(graph);
  torch::optim::SGD optimizer(trained.variables, torch::optim::SGDOptions(kLearningRate));
  torch::optim::StepLR schedule(optimizer, kStepsPerDecay, kLearningRateDecay);
  ExponentialMovingAverage averages(kMovingAverageDecay, graph);
  averages.apply(trained.names);

  StateHash loss_hash;
  int64_t batches = 0;
  for (int64_t step = 1; step <= kSteps; ++step) {
    std::vector<std::vector<torch::Tensor>> tower_gradients;
    torch::Tensor loss;
    for (const Tower &tower : towers) {
      loss = tower.loss(next_batch(data, batches++, tower.device()));
      tower_gradients.push_back(torch::autograd::grad({loss}, trained.variables));
      loss_hash.add(loss);
    }
    const std::vector<torch::Tensor> gradients = average_gradients(tower_gradients);
    for (size_t i = 0; i < gradients.size(); ++i) {
      trained.variables[i].mutable_grad() = gradients[i];
    }
    optimizer.step();
    schedule.step();
    averages.update();
    if (step % kLogInterval == 0) {
      std::printf("epoch %ld: step %ld, loss %.4f\n", static_cast<long>(step / kLogInterval),
                  static_cast<long>(step), loss.item<double>());
    }
  }

  StateHash variables_hash;
  for (const auto &item : graph.variables()) {
    variables_hash.add(item.value());
  }
  StateHash generator_hash;
  generator_hash.add(graph.generator().get_state());
  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", variables_hash.text().c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", generator_hash.text().c_str());
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  train(argv[1]);
  return 0;
}
