// A limit for the memory of tensors on the CPU, to find out what a program does when there is too
// little, and to stand in for a device with less memory than the machine has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" {

/// From now on an allocation that would bring the memory of CPU tensors above `bytes` throws
/// c10::OutOfMemoryError, as a device would; 0: no limit. What is allocated already remains, and is
/// counted only if there was a limit before. Apart from that LibTorch's own allocator does the
/// work. Programs may call it while they run: declare it, or look it up with dlsym.
/// \return the limit there was
uint64_t jit_host_set_memory_budget(uint64_t bytes);

struct JitHostMemoryUse {
  uint64_t budget, in_use, peak; // bytes; budget 0: no limit
};
JitHostMemoryUse jit_host_memory_use();

/// Gives back what LibTorch and the C library keep for later.
void jit_host_empty_caches();

/// A line for each device that the program has used. \return the length of the text
size_t jit_host_device_memory(char *text, size_t size);
}

namespace jithost {

/// `179.44 MiB`
std::string readable(uint64_t bytes);

/// While one exists, this thread's allocations are counted but never refused: the host's own work
/// at a pause must not fail for want of memory.
class WithoutBudget {
public:
  WithoutBudget();
  ~WithoutBudget();
};

} // namespace jithost
