// The CIFAR-10 tutorial: trains its network for some steps, saves it, and evaluates what was saved
// on the test pictures. Ends with hashes of the losses and of the state.

#include <torch/torch.h>

#include "cifar10_input.h"
#include "common/state_hash.h"

#include <cstdint>
#include <cstdio>
#include <string>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kBatchSize = 64;
constexpr int64_t kSteps = 100;
constexpr int64_t kLogInterval = 25;
constexpr int64_t kTestImages = 500;
constexpr int64_t kTestBatchSize = 50;
constexpr double kLearningRate = 0.05;
constexpr uint64_t kSeed = 7;
const std::string kCheckpoint = "cifar10.pt";

// ---------------------------------------------------------------------------------------------
// Model

struct NetworkImpl : torch::nn::Module {
  NetworkImpl()
      : conv1(torch::nn::Conv2dOptions(3, 16, /*kernel_size=*/5).padding(2)),
        conv2(torch::nn::Conv2dOptions(16, 16, /*kernel_size=*/5).padding(2)),
        norm(torch::nn::LocalResponseNormOptions(9).alpha(0.001).beta(0.75).k(1)),
        local3(16 * 6 * 6, 96), local4(96, 48), softmax_linear(48, kClasses) {
    register_module("conv1", conv1);
    register_module("conv2", conv2);
    register_module("norm", norm);
    register_module("local3", local3);
    register_module("local4", local4);
    register_module("softmax_linear", softmax_linear);
  }

  torch::Tensor forward(torch::Tensor x) { // [B, 3, 24, 24]
    x = torch::relu(conv1->forward(x));    // [B, 16, 24, 24]
    x = norm->forward(pool(x));            // [B, 16, 12, 12]
    x = norm->forward(torch::relu(conv2->forward(x)));
    x = pool(x).flatten(1); // [B, 576]
    x = torch::relu(local3->forward(x));
    x = torch::relu(local4->forward(x));
    return softmax_linear->forward(x); // [B, 10]
  }

  static torch::Tensor pool(const torch::Tensor &x) {
    return torch::max_pool2d(x, /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
  }

  torch::nn::Conv2d conv1, conv2;
  torch::nn::LocalResponseNorm norm;
  torch::nn::Linear local3, local4, softmax_linear;
};
TORCH_MODULE(Network);

// ---------------------------------------------------------------------------------------------
// Training

struct Hashes {
  std::string loss;
  std::string optimizer;
};

/// Trains a network and saves it.
Hashes train(const std::string &folder) {
  Network network;
  torch::optim::SGD optimizer(network->parameters(), torch::optim::SGDOptions(kLearningRate));
  Batches batches = distorted_inputs(folder, kBatchSize);
  StateHash loss_hash;
  for (int64_t step = 1; step <= kSteps; ++step) {
    const Batch &batch = batches.next();
    optimizer.zero_grad();
    const torch::Tensor logits = network->forward(batch.images);
    const torch::Tensor loss = torch::cross_entropy_loss(logits, batch.labels.squeeze(1));
    loss.backward();
    optimizer.step();
    loss_hash.add(loss);
    if (step % kLogInterval == 0) {
      std::printf("epoch %ld: step %ld, loss %.4f\n", static_cast<long>(step / kLogInterval),
                  static_cast<long>(step), loss.item<double>());
    }
  }
  torch::save(network, kCheckpoint);
  return {loss_hash.text(), hash_optimizer(optimizer)};
}

// ---------------------------------------------------------------------------------------------
// Evaluation

/// Share of the test pictures for which the network that was saved names the right class first.
double evaluate(Network &network, const std::string &folder) {
  torch::NoGradGuard no_grad;
  torch::load(network, kCheckpoint);
  network->eval();
  Batches batches = inputs(folder, kTestBatchSize);
  int64_t right = 0;
  for (int64_t done = 0; done < kTestImages; done += kTestBatchSize) {
    const Batch &batch = batches.next();
    const torch::Tensor answers = network->forward(batch.images).argmax(1, /*keepdim=*/true);
    right += answers.eq(batch.labels).sum().item<int64_t>();
  }
  return static_cast<double>(right) / static_cast<double>(kTestImages);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  torch::manual_seed(kSeed);
  const Hashes hashes = train(argv[1]);
  Network network;
  const double precision = evaluate(network, argv[1]);

  std::printf("loss %s\n", hashes.loss.c_str());
  std::printf("parameters %s\n", hash_parameters(*network).c_str());
  std::printf("optimizer %s\n", hashes.optimizer.c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality precision %.4f\n", precision);
  return 0;
}
