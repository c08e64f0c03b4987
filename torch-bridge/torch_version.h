// What differs between releases of LibTorch, so that no other file has to ask which one it is.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/version.h>

namespace jithost {

/// The first element, without turning a lazy copy into a real one: from 2.1 on data_ptr() does
/// that.
inline const void *constData(const at::Tensor &tensor) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
  return tensor.const_data_ptr();
#else
  return tensor.data_ptr();
#endif
}

} // namespace jithost
