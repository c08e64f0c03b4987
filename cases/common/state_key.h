// The key under which an optimizer keeps the state of a parameter.
#pragma once

#include <torch/torch.h>

#include <sstream>
#include <string>
#include <type_traits>

/// An address, as text in older releases. `Key` is the key_type of Optimizer::state().
template <typename Key> Key state_key(const torch::Tensor &parameter) {
  if constexpr (std::is_same_v<Key, std::string>) {
    std::ostringstream text;
    text << parameter.unsafeGetTensorImpl();
    return text.str();
  } else {
    return parameter.unsafeGetTensorImpl();
  }
}
