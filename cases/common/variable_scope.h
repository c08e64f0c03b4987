// Variables by name, in the manner of TensorFlow 1: whoever asks for a name first makes the
// variable, and a scope can be told that from now on its variables are shared, not made.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Makes the first value of a variable.
using Initializer =
    std::function<torch::Tensor(torch::IntArrayRef shape, at::Generator &generator)>;

inline Initializer truncated_normal(double stddev) {
  return [stddev](torch::IntArrayRef shape, at::Generator &generator) {
    return torch::empty(shape).normal_(0, stddev, generator).clamp_(-2 * stddev, 2 * stddev);
  };
}

inline Initializer constant(double value) {
  return [value](torch::IntArrayRef shape, at::Generator &) { return torch::full(shape, value); };
}

/// Owns the variables of a model, in the order in which they were made, and the random numbers
/// that they begin with.
class Graph {
public:
  explicit Graph(uint64_t seed) : generator_(at::detail::createCPUGenerator(seed)) {}

  /// A new variable; where the scope shares variables, the one of that name.
  /// \throws c10::Error when there is no such variable to be shared, or one is there already
  torch::Tensor get_variable(const std::string &name, torch::IntArrayRef shape,
                             const Initializer &initializer, bool trainable = true) {
    return shared_.back() ? variables_[name]
                          : variables_.insert(
                                name, initializer(shape, generator_).set_requires_grad(trainable));
  }

  /// From now on the innermost scope shares variables. There is no way back but to leave it.
  void reuse_variables() { shared_.back() = true; }

  const torch::OrderedDict<std::string, torch::Tensor> &variables() const { return variables_; }

  const at::Generator &generator() const { return generator_; }

private:
  friend class VariableScope;

  at::Generator generator_;
  torch::OrderedDict<std::string, torch::Tensor> variables_;
  std::vector<bool> shared_{false}; // Whether each scope shares, the outermost one first.
};

/// A scope within the innermost one of a graph, as long as this lives. It shares variables if the
/// one around it does, and can be told to without that one being told.
class VariableScope {
public:
  explicit VariableScope(Graph &graph) : graph_(graph) {
    graph_.shared_.push_back(graph_.shared_.back());
  }
  ~VariableScope() { graph_.shared_.pop_back(); }
  VariableScope(const VariableScope &) = delete;
  VariableScope &operator=(const VariableScope &) = delete;

private:
  Graph &graph_;
};

/// Keeps for each variable the mean of its values, of which older ones count less and less.
class ExponentialMovingAverage {
public:
  ExponentialMovingAverage(double decay, Graph &graph) : decay_(decay), graph_(graph) {}

  /// Makes the averages of these variables of the graph. Each begins with the variable's value.
  /// \throws c10::Error as Graph::get_variable does
  void apply(const std::vector<std::string> &names) {
    for (const std::string &name : names) {
      const torch::Tensor variable = graph_.variables()[name];
      const auto value = [&](torch::IntArrayRef, at::Generator &) {
        return variable.detach().clone();
      };
      const torch::Tensor average =
          graph_.get_variable(name + "/ExponentialMovingAverage", variable.sizes(), value, false);
      pairs_.push_back({variable, average});
    }
  }

  /// To be called after each step.
  void update() {
    torch::NoGradGuard no_grad;
    for (auto &[variable, average] : pairs_) {
      average.mul_(decay_).add_(variable, 1 - decay_);
    }
  }

private:
  struct Pair {
    torch::Tensor variable;
    torch::Tensor average;
  };

  double decay_;
  Graph &graph_;
  std::vector<Pair> pairs_;
};
