// Simulated devices, for machines that have only a CPU: what is moved to one is computed with on
// the CPU, but takes room in the device's memory, and c10::OutOfMemoryError is thrown when that is
// full. Only what is moved counts, not what is computed from it.
//
//   Device device{0};
//   Net model = to(Net(), device);
//   torch::Tensor images = to(batch.data, device);
#pragma once
#pragma GCC system_header // A library, to the programs that use it: nothing they would debug.

#include "device_memory.h"

#include <torch/torch.h>

#include <cstdint>

struct Device {
  int index = 0; // 0 to 2
};

/// Bytes of memory the device has, free or not.
inline uint64_t total_memory(const Device &) { return DeviceMemory::kBytes; }

/// A copy of the tensor on the device; what it takes there is free again when its last user goes.
/// \throws c10::OutOfMemoryError if the device has not so much memory left
inline torch::Tensor to(const torch::Tensor &tensor, const Device &device) {
  DeviceMemory &memory = DeviceMemory::shared();
  const double mib = 1 << 20;
  const uint64_t bytes = tensor.nbytes();
  const torch::Tensor copy = tensor.detach().clone(at::MemoryFormat::Contiguous);
  TORCH_CHECK_WITH(OutOfMemoryError, memory.take(device.index, bytes),
                   "Simulated device out of memory. Tried to allocate ", bytes / mib,
                   " MiB (device ", device.index, "; ", DeviceMemory::kBytes / mib,
                   " MiB total capacity; ", memory.used_here(device.index) / mib,
                   " MiB used by this process; ", memory.used_elsewhere(device.index) / mib,
                   " MiB by others)");

  const auto free = [copy, index = device.index, bytes](void *) {
    DeviceMemory::shared().give_back(index, bytes);
  };
  return torch::from_blob(copy.data_ptr(), copy.sizes(), free, copy.options());
}

/// Moves a module's parameters and buffers. When the device is full, those moved by then are there.
template <typename Holder, typename = typename Holder::ContainedType>
Holder to(Holder module, const Device &device) {
  for (torch::Tensor &parameter : module->parameters()) {
    parameter.set_data(to(parameter.data(), device));
  }
  for (torch::Tensor &buffer : module->buffers()) {
    buffer.set_data(to(buffer, device));
  }
  return module;
}
