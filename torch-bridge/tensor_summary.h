// One line about a tensor. May throw what LibTorch throws.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace jithost {

/// The tensor at `address`, which may be undefined; null when there is none, and then `reason` says
/// why.
const at::Tensor *tensorAt(const void *address, std::string &reason);

/// `Float [64, 1, 28, 28]`, or why there is no such tensor.
std::string describeShape(const void *address);

/// As jit_host_describe_tensor.
std::string describeTensor(const void *address);

} // namespace jithost
