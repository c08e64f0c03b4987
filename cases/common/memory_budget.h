// Memory that runs out at a chosen size, as a smaller device's would: limits tensors on the CPU,
// for programs that run under jit-host.
#pragma once

#include <cstdint>
#include <dlfcn.h>

/// From now on tensors that together take more than `bytes` throw c10::OutOfMemoryError; 0: no
/// limit. \return false: the program does not run under jit-host, and nothing is limited.
inline bool limitTensorMemory(uint64_t bytes) {
  auto set =
      reinterpret_cast<uint64_t (*)(uint64_t)>(dlsym(RTLD_DEFAULT, "jit_host_set_memory_budget"));
  if (set)
    set(bytes);
  return set;
}
