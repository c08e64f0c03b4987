// A convolution that is pruned while it is trained (Gibbs pruning): in each step a mask over the
// weights is drawn, which keeps a weight the more probably the larger it is. With a growing inverse
// temperature the mask settles.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <tuple>

struct GibbsPrunedConv2DImpl : torch::nn::Conv2dImpl {
  /// \param pruned share of the weights that go
  GibbsPrunedConv2DImpl(const torch::nn::Conv2dOptions &options, double pruned)
      : torch::nn::Conv2dImpl(options), pruned_(pruned) {}

  void set_inverse_temperature(double beta) { beta_ = beta; }

  torch::Tensor forward(const torch::Tensor &x) { // [B, C, H, W]
    return _conv_forward(x, weight * mask());
  }

private:
  /// 1 for weights that stay, 0 for those that go.
  torch::Tensor mask() const {
    torch::NoGradGuard no_grad;
    const torch::Tensor energy = weight.square();
    const int64_t gone = static_cast<int64_t>(pruned_ * static_cast<double>(energy.numel()));
    const torch::Tensor bound = std::get<0>(energy.flatten().kthvalue(gone + 1));
    if (!is_training()) {
      return energy.ge(bound).to(weight.dtype());
    }
    return torch::bernoulli(torch::sigmoid((energy - bound) / energy.max() * beta_));
  }

  double pruned_;
  double beta_ = 1;
};
TORCH_MODULE(GibbsPrunedConv2D);
