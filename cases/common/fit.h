// Training in one call, as Keras has it, for data that comes from anywhere: from a TorchScript
// archive, say, so that only the run tells what it is.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <cstdio>
#include <vector>

struct FitOptions {
  int64_t epochs = 1;
  int64_t batch_size = 32;
  int64_t log_interval = 1; // in epochs
};

/// Trains `model` on batches in a new random order each epoch, for the least mean squared error.
/// \param inputs, targets  tensors: [N, F] and [N, O]. Anything else throws c10::Error.
/// \return the loss of every step, [steps]
inline torch::Tensor fit(torch::nn::Sequential &model, torch::optim::Optimizer &optimizer,
                         const torch::IValue &inputs, const torch::IValue &targets,
                         const FitOptions &options) {
  const torch::Tensor x = inputs.toTensor();
  const torch::Tensor y = targets.toTensor();
  std::vector<torch::Tensor> losses;

  model->train();
  for (int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    const torch::Tensor order = torch::randperm(x.size(0));
    double loss_sum = 0;
    for (const torch::Tensor &batch : order.split(options.batch_size)) {
      optimizer.zero_grad();
      const torch::Tensor output = model->forward(x.index_select(0, batch)); // [B, O]
      const torch::Tensor loss = torch::mse_loss(output, y.index_select(0, batch));
      loss.backward();
      optimizer.step();
      losses.push_back(loss.detach());
      loss_sum += loss.item<double>() * static_cast<double>(batch.size(0));
    }
    if (epoch % options.log_interval == 0) {
      std::printf("epoch %ld: loss %.4f\n", static_cast<long>(epoch),
                  loss_sum / static_cast<double>(x.size(0)));
    }
  }
  return torch::stack(losses);
}
