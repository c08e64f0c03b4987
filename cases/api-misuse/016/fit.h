// The training loop, for any model: batches in random order, and callbacks after each epoch.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

using Callback = std::function<void(int64_t epoch)>;
using Loss = std::function<torch::Tensor(const torch::Tensor &output, const torch::Tensor &target)>;

/// Trains `model` on all of `inputs` and `targets`, [N, ...], once each epoch; a last batch that is
/// not full is left out. Returns the loss of every step.
template <typename Model>
std::vector<torch::Tensor> fit(Model &model, torch::optim::Optimizer &optimizer,
                               const Loss &loss_of, const torch::Tensor &inputs,
                               const torch::Tensor &targets, int64_t epochs, int64_t batch_size,
                               const std::vector<Callback> &callbacks) {
  std::vector<torch::Tensor> losses;
  for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
    model->train();
    const torch::Tensor order = torch::randperm(inputs.size(0), torch::kInt64);
    double loss_sum = 0;
    const int64_t steps = inputs.size(0) / batch_size;
    for (int64_t step = 0; step < steps; ++step) {
      const torch::Tensor batch = order.narrow(0, step * batch_size, batch_size);
      optimizer.zero_grad();
      const torch::Tensor output = model->forward(inputs.index_select(0, batch));
      const torch::Tensor loss = loss_of(output, targets.index_select(0, batch));
      loss.backward();
      optimizer.step();
      losses.push_back(loss.detach());
      loss_sum += loss.item<double>();
    }
    std::printf("epoch %ld: loss %.4f\n", static_cast<long>(epoch),
                loss_sum / static_cast<double>(steps));
    for (const Callback &callback : callbacks) {
      callback(epoch);
    }
  }
  return losses;
}
