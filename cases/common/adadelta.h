// Adadelta (Zeiler 2012), which the C++ interface does not have, in the manner of its other
// optimizers: options for each group, state in state(), save and load, a learning rate that
// schedulers may change.
#pragma once

#include <torch/torch.h>

#include "state_key.h"

#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

struct AdadeltaOptions : torch::optim::OptimizerCloneableOptions<AdadeltaOptions> {
  AdadeltaOptions(double lr = 1.0) : lr_(lr) {}

  TORCH_ARG(double, lr) = 1.0;
  TORCH_ARG(double, rho) = 0.9;
  TORCH_ARG(double, eps) = 1e-6;
  TORCH_ARG(double, weight_decay) = 0;

public:
  void serialize(torch::serialize::InputArchive &archive) override {
    read(archive, "lr", lr_);
    read(archive, "rho", rho_);
    read(archive, "eps", eps_);
    read(archive, "weight_decay", weight_decay_);
  }

  void serialize(torch::serialize::OutputArchive &archive) const override {
    archive.write("lr", c10::IValue(lr_));
    archive.write("rho", c10::IValue(rho_));
    archive.write("eps", c10::IValue(eps_));
    archive.write("weight_decay", c10::IValue(weight_decay_));
  }

  double get_lr() const override { return lr_; }
  void set_lr(const double lr) override { lr_ = lr; }

private:
  static void read(torch::serialize::InputArchive &archive, const char *key, double &value) {
    c10::IValue content;
    archive.read(key, content);
    value = content.toDouble();
  }
};

struct AdadeltaParamState : torch::optim::OptimizerCloneableParamState<AdadeltaParamState> {
  TORCH_ARG(int64_t, step) = 0;
  TORCH_ARG(torch::Tensor, square_avg); // As the parameter: decaying mean of squared gradients.
  TORCH_ARG(torch::Tensor, acc_delta);  // As the parameter: decaying mean of squared changes.

public:
  void serialize(torch::serialize::InputArchive &archive) override {
    c10::IValue content;
    archive.read("step", content);
    step_ = content.toInt();
    archive.read("square_avg", square_avg_);
    archive.read("acc_delta", acc_delta_);
  }

  void serialize(torch::serialize::OutputArchive &archive) const override {
    archive.write("step", c10::IValue(step_));
    archive.write("square_avg", square_avg_);
    archive.write("acc_delta", acc_delta_);
  }
};

class Adadelta : public torch::optim::Optimizer {
public:
  explicit Adadelta(std::vector<torch::optim::OptimizerParamGroup> groups,
                    AdadeltaOptions defaults = {})
      : Optimizer(std::move(groups), std::make_unique<AdadeltaOptions>(defaults)) {
    TORCH_CHECK(defaults.lr() >= 0, "Invalid learning rate: ", defaults.lr());
    TORCH_CHECK(defaults.rho() >= 0 && defaults.rho() <= 1, "Invalid rho value: ", defaults.rho());
    TORCH_CHECK(defaults.eps() >= 0, "Invalid epsilon value: ", defaults.eps());
    TORCH_CHECK(defaults.weight_decay() >= 0,
                "Invalid weight_decay value: ", defaults.weight_decay());
  }

  explicit Adadelta(std::vector<torch::Tensor> parameters, AdadeltaOptions defaults = {})
      : Adadelta({torch::optim::OptimizerParamGroup(std::move(parameters))}, defaults) {}

  /// Changes every parameter that has a gradient. \return the closure's loss, undefined without
  /// one.
  torch::Tensor step(LossClosure closure = nullptr) override {
    torch::Tensor loss;
    if (closure) {
      torch::AutoGradMode with_grad(true);
      loss = closure();
    }
    torch::NoGradGuard no_grad;
    for (auto &group : param_groups_) {
      const auto &options = static_cast<const AdadeltaOptions &>(group.options());
      for (torch::Tensor &parameter : group.params()) {
        if (parameter.grad().defined()) {
          update(parameter, options);
        }
      }
    }
    return loss;
  }

  void save(torch::serialize::OutputArchive &archive) const override {
    torch::optim::serialize<AdadeltaParamState, AdadeltaOptions>(archive, *this);
  }

  void load(torch::serialize::InputArchive &archive) override {
    torch::optim::serialize<AdadeltaParamState, AdadeltaOptions>(archive, *this);
  }

private:
  void update(torch::Tensor &parameter, const AdadeltaOptions &options) {
    using Key = typename std::decay_t<decltype(state_)>::key_type;
    torch::Tensor grad = parameter.grad();
    if (options.weight_decay() != 0) {
      grad = grad.add(parameter, options.weight_decay());
    }
    auto &slot = state_[state_key<Key>(parameter)];
    if (!slot) {
      auto fresh = std::make_unique<AdadeltaParamState>();
      fresh->square_avg(torch::zeros_like(parameter));
      fresh->acc_delta(torch::zeros_like(parameter));
      slot = std::move(fresh);
    }
    auto &state = static_cast<AdadeltaParamState &>(*slot);
    state.step(state.step() + 1);
    const double rho = options.rho();
    const double eps = options.eps();
    state.square_avg().mul_(rho).addcmul_(grad, grad, 1 - rho);
    const torch::Tensor root = state.square_avg().add(eps).sqrt_();
    const torch::Tensor delta = state.acc_delta().add(eps).sqrt_().div_(root).mul_(grad);
    state.acc_delta().mul_(rho).addcmul_(delta, delta, 1 - rho);
    parameter.add_(delta, -options.lr());
  }
};
