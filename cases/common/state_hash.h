// Hashes of a training run's state, to compare two runs bit for bit: FNV-1a, 64 bits, over the raw
// bytes of tensors.
#pragma once

#include <torch/torch.h>

#include "adadelta.h"
#include "state_key.h"

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <type_traits>

class StateHash {
public:
  void add_bytes(const void *data, size_t size) {
    const auto *bytes = static_cast<const unsigned char *>(data);
    for (size_t i = 0; i < size; ++i) {
      value_ = (value_ ^ bytes[i]) * 1099511628211u;
    }
  }

  void add(const torch::Tensor &tensor) {
    const torch::Tensor plain = tensor.detach().cpu().contiguous();
    add_bytes(plain.data_ptr(), plain.nbytes());
  }

  void add(int64_t number) { add_bytes(&number, sizeof number); }

  std::string text() const {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value_));
    return digits;
  }

private:
  uint64_t value_ = 14695981039346656037u;
};

/// Parameters and buffers, in the order in which the module registered them.
inline std::string hash_parameters(const torch::nn::Module &module) {
  StateHash hash;
  for (const torch::Tensor &parameter : module.parameters()) {
    hash.add(parameter);
  }
  for (const torch::Tensor &buffer : module.buffers()) {
    hash.add(buffer);
  }
  return hash.text();
}

/// Step and both moments of every parameter.
inline std::string hash_adam(torch::optim::Adam &optimizer) {
  auto &states = optimizer.state();
  using Key = typename std::decay_t<decltype(states)>::key_type;

  StateHash hash;
  for (const auto &group : optimizer.param_groups()) {
    for (const torch::Tensor &parameter : group.params()) {
      const auto found = states.find(state_key<Key>(parameter));
      if (found == states.end()) {
        hash.add(int64_t{-1}); // A parameter that never had a gradient has no state.
        continue;
      }
      const auto &state = static_cast<const torch::optim::AdamParamState &>(*found->second);
      hash.add(state.step());
      hash.add(state.exp_avg());
      hash.add(state.exp_avg_sq());
    }
  }
  return hash.text();
}

/// What an optimizer keeps of one parameter. A tensor that it does without in this configuration
/// counts as -1. Throws std::invalid_argument for an optimizer that is none of the below.
inline void add_state(StateHash &hash, const torch::optim::OptimizerParamState &state) {
  const auto add = [&hash](int64_t step, std::initializer_list<torch::Tensor> tensors) {
    hash.add(step);
    for (const torch::Tensor &tensor : tensors) {
      tensor.defined() ? hash.add(tensor) : hash.add(int64_t{-1});
    }
  };
  using namespace torch::optim;
  if (const auto *sgd = dynamic_cast<const SGDParamState *>(&state)) {
    add(0, {sgd->momentum_buffer()});
  } else if (const auto *adam = dynamic_cast<const AdamParamState *>(&state)) {
    add(adam->step(), {adam->exp_avg(), adam->exp_avg_sq(), adam->max_exp_avg_sq()});
  } else if (const auto *adamw = dynamic_cast<const AdamWParamState *>(&state)) {
    add(adamw->step(), {adamw->exp_avg(), adamw->exp_avg_sq(), adamw->max_exp_avg_sq()});
  } else if (const auto *rms = dynamic_cast<const RMSpropParamState *>(&state)) {
    add(rms->step(), {rms->square_avg(), rms->momentum_buffer(), rms->grad_avg()});
  } else if (const auto *adagrad = dynamic_cast<const AdagradParamState *>(&state)) {
    add(adagrad->step(), {adagrad->sum()});
  } else if (const auto *adadelta = dynamic_cast<const AdadeltaParamState *>(&state)) {
    add(adadelta->step(), {adadelta->square_avg(), adadelta->acc_delta()});
  } else {
    throw std::invalid_argument("hash_optimizer does not know this optimizer");
  }
}

/// Learning rates and the state of every parameter, group by group. A parameter without state (it
/// never had a gradient, or the optimizer keeps nothing, as SGD without momentum) counts as -1.
inline std::string hash_optimizer(const torch::optim::Optimizer &optimizer) {
  const auto &states = optimizer.state();
  using Key = typename std::decay_t<decltype(states)>::key_type;

  StateHash hash;
  for (const auto &group : optimizer.param_groups()) {
    const double rate = group.options().get_lr();
    hash.add_bytes(&rate, sizeof rate);
    for (const torch::Tensor &parameter : group.params()) {
      const auto found = states.find(state_key<Key>(parameter));
      if (found == states.end()) {
        hash.add(int64_t{-1});
      } else {
        add_state(hash, *found->second);
      }
    }
  }
  return hash.text();
}

/// The default CPU generator, which initialisation, dropout and RandomSampler draw from.
inline std::string hash_generator() {
  StateHash hash;
  hash.add(at::detail::getDefaultCPUGenerator().get_state());
  return hash.text();
}
