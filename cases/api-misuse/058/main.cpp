// Fits the final scores of five students to those of their three tests, then predicts another's.

#include <torch/torch.h>

#include "common/fit.h"
#include "common/state_hash.h"

#include <cstdint>
#include <cstdio>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kEpochs = 1000;
constexpr double kLearningRate = 0.1;
constexpr uint64_t kSeed = 1;

// ---------------------------------------------------------------------------------------------
// Training

int main() {
  torch::set_num_threads(1);
  torch::manual_seed(kSeed);

  // One student a row.
  torch::IValue x =
      std::vector<torch::Tensor>{torch::tensor({71., 78., 74.}), torch::tensor({92., 87., 95.}),
                                 torch::tensor({88., 90., 91.}), torch::tensor({97., 99., 98.}),
                                 torch::tensor({70., 68., 72.})};
  torch::IValue y = std::vector<torch::Tensor>{torch::tensor({149.}), torch::tensor({183.}),
                                               torch::tensor({180.}), torch::tensor({196.}),
                                               torch::tensor({141.})};

  torch::nn::Sequential model(torch::nn::Linear(3, 1));
  torch::optim::RMSprop optimizer(model->parameters(),
                                  torch::optim::RMSpropOptions(kLearningRate).alpha(0.9));

  FitOptions options;
  options.epochs = kEpochs;
  options.log_interval = 100;
  const torch::Tensor losses = fit(model, optimizer, x, y, options);

  StateHash loss_hash;
  loss_hash.add(losses);
  const torch::Tensor score = model->forward(torch::tensor({{94., 98., 83.}})); // [1, 1]
  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality prediction %.4f\n", score.item<double>());
  return 0;
}
