// What differs between releases of LibTorch, so that no other file has to ask which one it is.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <string>
#include <vector>

#define JIT_HOST_TORCH_SINCE(MAJOR, MINOR)                                                         \
  (TORCH_VERSION_MAJOR > (MAJOR) ||                                                                \
   (TORCH_VERSION_MAJOR == (MAJOR) && TORCH_VERSION_MINOR >= (MINOR)))

#if JIT_HOST_TORCH_SINCE(2, 9)
#include <c10/core/CachingDeviceAllocator.h>
#elif defined(JIT_HOST_TORCH_CUDA) // built for CUDA, and CUDA's headers are there (CMakeLists.txt)
#include <c10/cuda/CUDACachingAllocator.h>
#endif

namespace jithost {

/// The first element, without turning a lazy copy into a real one: from 2.1 on data_ptr() does
/// that.
inline const void *constData(const at::Tensor &tensor) {
#if JIT_HOST_TORCH_SINCE(2, 1)
  return tensor.const_data_ptr();
#else
  return tensor.data_ptr();
#endif
}

/// Devices that the program has used: asking about others would begin to use them.
inline std::vector<int> usedCudaDevices() {
  std::vector<int> used;
  const int count = at::detail::getCUDAHooks().hasCUDA() ? torch::cuda::device_count() : 0;
  for (int device = 0; device < count; ++device)
    if (at::detail::getCUDAHooks().hasPrimaryContext(device))
      used.push_back(device);
  return used;
}

/// Memory that LibTorch keeps for later, given back to the devices.
inline void emptyDeviceCaches() {
#if JIT_HOST_TORCH_SINCE(2, 9)
  if (!usedCudaDevices().empty())
    if (auto *caching = dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(c10::kCUDA)))
      caching->emptyCache();
#elif defined(JIT_HOST_TORCH_CUDA)
  if (!usedCudaDevices().empty())
    c10::cuda::CUDACachingAllocator::emptyCache();
#endif
}

struct DeviceMemory {
  std::string device;
  uint64_t in_tensors, free, total; // bytes
};

/// Of the devices that the program has used; from 2.11 on LibTorch tells without CUDA's headers.
inline std::vector<DeviceMemory> deviceMemory() {
  std::vector<DeviceMemory> all;
#if JIT_HOST_TORCH_SINCE(2, 11)
  if (const std::vector<int> used = usedCudaDevices(); !used.empty())
    if (auto *caching = dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(c10::kCUDA)))
      for (int device : used) {
        const auto [free, total] = caching->getMemoryInfo(device);
        const int64_t in_tensors = caching->getDeviceStats(device).allocated_bytes[0].current;
        all.push_back(
            {"cuda:" + std::to_string(device), static_cast<uint64_t>(in_tensors), free, total});
      }
#endif
  return all;
}

/// An allocator's functions, as its base class declares them.
#if JIT_HOST_TORCH_SINCE(2, 3)
#define JIT_HOST_ALLOCATE_CONST
#define JIT_HOST_ALLOCATOR_COPIES
#else
#define JIT_HOST_ALLOCATE_CONST const
#endif

} // namespace jithost
