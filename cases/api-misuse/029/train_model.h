// The training job: a TorchScript archive of a network that tells expressions apart.
#pragma once

#include <torch/script.h>
#include <torch/torch.h>

#include "common/pgm.h"
#include "expressions.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

/// The network with its initial values. Apart from `forward` it has a method that prepares it for
/// its first picture.
inline torch::jit::Module untrained_model() {
  torch::jit::Module model("ExpressionNetwork");
  const torch::nn::Conv2d conv1(torch::nn::Conv2dOptions(1, 16, /*kernel_size=*/5));
  const torch::nn::Conv2d conv2(torch::nn::Conv2dOptions(16, 32, /*kernel_size=*/3));
  const torch::nn::Linear dense(32 * 10 * 10, static_cast<int64_t>(kExpressions.size()));
  model.register_parameter("conv1_weight", conv1->weight, /*is_buffer=*/false);
  model.register_parameter("conv1_bias", conv1->bias, /*is_buffer=*/false);
  model.register_parameter("conv2_weight", conv2->weight, /*is_buffer=*/false);
  model.register_parameter("conv2_bias", conv2->bias, /*is_buffer=*/false);
  model.register_parameter("dense_weight", dense->weight, /*is_buffer=*/false);
  model.register_parameter("dense_bias", dense->bias, /*is_buffer=*/false);
  model.define(R"(
    def forward(self, x):                                           # [B, 1, 48, 48]
        x = torch.conv2d(x, self.conv1_weight, self.conv1_bias)     # [B, 16, 44, 44]
        x = torch.relu(torch.max_pool2d(x, [2, 2]))                 # [B, 16, 22, 22]
        x = torch.conv2d(x, self.conv2_weight, self.conv2_bias)     # [B, 32, 20, 20]
        x = torch.relu(torch.max_pool2d(x, [2, 2]))                 # [B, 32, 10, 10]
        x = torch.flatten(x, 1)                                     # [B, 3200]
        x = torch.linear(x, self.dense_weight, self.dense_bias)     # [B, 7]
        return torch.log_softmax(x, 1)

    def make_predict_function(self):
        return self.forward(torch.zeros([1, 1, 48, 48]))
  )");
  return model;
}

/// Trains the network on the pictures in `folder`, whose names begin with their expression, and
/// writes it to `archive`.
inline void train_model(const std::filesystem::path &folder, const std::string &archive) {
  std::vector<torch::Tensor> faces;
  std::vector<int64_t> labels;
  for (const std::filesystem::path &file : pictures_in(folder)) {
    const std::string name = file.stem().string();
    const auto expression =
        std::find(kExpressions.begin(), kExpressions.end(), name.substr(0, name.find('-')));
    faces.push_back(normalized(read_pgm(file.string())));
    labels.push_back(expression - kExpressions.begin());
  }
  const torch::Tensor inputs = torch::stack(faces);    // [N, 1, 48, 48]
  const torch::Tensor targets = torch::tensor(labels); // [N]

  torch::jit::Module model = untrained_model();
  std::vector<torch::Tensor> parameters;
  for (const torch::Tensor &parameter : model.parameters()) {
    parameters.push_back(parameter);
  }
  torch::optim::Adam optimizer(parameters, torch::optim::AdamOptions(1e-3));
  for (int64_t epoch = 1; epoch <= 5; ++epoch) {
    const torch::Tensor order = torch::randperm(inputs.size(0), torch::kInt64);
    for (const torch::Tensor &batch : order.split(30)) {
      optimizer.zero_grad();
      const torch::Tensor output = model.forward({inputs.index_select(0, batch)}).toTensor();
      torch::nll_loss(output, targets.index_select(0, batch)).backward();
      optimizer.step();
    }
  }
  model.save(archive);
}
