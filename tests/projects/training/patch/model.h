// The model: its last steps see a smaller batch.
#pragma once
#include <torch/torch.h>

struct ModelImpl : torch::nn::Module {
  torch::nn::Linear first{nullptr}, second{nullptr};
  ModelImpl() {
    first = register_module("first", torch::nn::Linear(8, 8));
    second = register_module("second", torch::nn::Linear(8, 1));
  }
  torch::Tensor forward(torch::Tensor x) {
    x = x.view({-1, 8});
    x = torch::relu(first->forward(x));
    return second->forward(x);
  }
};
TORCH_MODULE(Model);
