// A mapping that nobody may touch counts as address space and takes no memory.
#include "memory_reserve.h"

#include "address_space.h"

#include <mutex>
#include <sys/mman.h>

namespace jithost {
namespace {

constexpr uint64_t kReserveBytes = 256 << 20; // tables, symbols and line tables of a torch program
constexpr unsigned kPartOfLimit = 8;

constexpr uint64_t kStepBytes = 8 << 20;

std::mutex one_at_a_time; // guards what follows; nothing is allocated under it
void *reserve = nullptr;
uint64_t reserve_bytes = 0;

} // namespace

/// As much as there is: what was released may have been used in part since.
void keepMemoryReserve() {
  if (addressSpaceLimit() == 0)
    return;
  releaseMemoryReserve(); // it may be a small one
  uint64_t bytes = modestReservation(kReserveBytes, kPartOfLimit) & ~(kStepBytes - 1);
  for (; bytes > 0; bytes -= kStepBytes) {
    void *kept =
        mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (kept == MAP_FAILED)
      continue;
    std::lock_guard lock(one_at_a_time);
    if (reserve) { // another thread was quicker
      munmap(kept, bytes);
      return;
    }
    reserve_bytes = bytes;
    reserve = kept;
    return;
  }
}

void releaseMemoryReserve() {
  std::lock_guard lock(one_at_a_time);
  if (reserve)
    munmap(reserve, reserve_bytes);
  reserve = nullptr;
}

} // namespace jithost
