// flags: -std=c++17
// Modules with holders, custom autograd functions, tensor hooks, an optimizer. Ends with hashes of all parameters.
#include "../../../cases/common/state_hash.h"
#include "counted.h"
#include <torch/torch.h>
#include <iostream>

struct Clamp : torch::autograd::Function<Clamp> {
  static torch::Tensor forward(torch::autograd::AutogradContext *context, torch::Tensor input, double limit) {
    Counted local(1);
    torch::Tensor result = input.clamp(-limit, limit);
    context->save_for_backward({input, result});
    context->saved_data["limit"] = limit;
    return result;
  }
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext *context,
                                               torch::autograd::tensor_list gradients) {
    auto saved = context->get_saved_variables();
    double stress_local = context->saved_data["limit"].toDouble();
    torch::Tensor inside = saved[0].abs() <= stress_local;
    torch::Tensor result = gradients[0] * inside;
    return {result, torch::Tensor()};
  }
};

struct BlockImpl : torch::nn::Module {
  torch::nn::Linear first{nullptr}, second{nullptr};
  Counted mark{2};
  BlockImpl(int inner, int outer) {
    first = register_module("first", torch::nn::Linear(inner, outer));
    second = register_module("second", torch::nn::Linear(torch::nn::LinearOptions(outer, inner).bias(false)));
  }
  torch::Tensor forward(torch::Tensor x) {
    torch::Tensor hidden = torch::relu(first->forward(x));
    hidden = torch::dropout(hidden, 0.25, is_training());
    torch::Tensor stress_local = Clamp::apply(hidden, 1.5);
    return x + second->forward(stress_local);
  }
};
TORCH_MODULE(Block);

struct NetImpl : torch::nn::Module {
  torch::nn::Sequential layers;
  NetImpl() {
    register_module("layers", layers);
    for (int i = 0; i < 2; ++i)
      layers->push_back(Block(6, 8 + i));
  }
  torch::Tensor forward(torch::Tensor x) { return layers->forward(x); }
};
TORCH_MODULE(Net);

int main() {
  torch::manual_seed(3);
  torch::set_num_threads(1);
  {
    Net net;
    torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(1e-2));
    int hooked = 0;
    for (int step = 0; step < 3; ++step) {
      torch::Tensor x = torch::randn({4, 6});
      adam.zero_grad();
      torch::Tensor y = net->forward(x);
      y.register_hook([&hooked](torch::Tensor gradient) {
        ++hooked;
        torch::Tensor scaled = gradient * 0.5;
        return scaled;
      });
      torch::Tensor loss = (y - x.sin()).pow(2).mean();
      loss.backward();
      adam.step();
      std::cout << step << " " << loss.item<float>() << " " << hooked << "\n";
    }
    torch::NoGradGuard no_gradient;
    net->eval();
    std::cout << net->forward(torch::ones({1, 6})).sum().item<double>() << "\n";
    std::cout << hash_parameters(*net) << " " << hash_adam(adam) << "\n";
  }
  return balance();
}
