// Hashes of a training run's state, to compare two runs bit for bit: FNV-1a, 64 bits, over the raw
// bytes of tensors.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <cstdio>
#include <sstream>
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

/// The key of a parameter in an optimizer's state: an address, as text in older releases.
template <typename Key> Key state_key(const torch::Tensor &parameter) {
  if constexpr (std::is_same_v<Key, std::string>) {
    std::ostringstream text;
    text << parameter.unsafeGetTensorImpl();
    return text.str();
  } else {
    return parameter.unsafeGetTensorImpl();
  }
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

/// The default CPU generator, which initialisation, dropout and RandomSampler draw from.
inline std::string hash_generator() {
  StateHash hash;
  hash.add(at::detail::getDefaultCPUGenerator().get_state());
  return hash.text();
}
