// Stands in front of LibTorch's own allocator. What a block was asked for is kept beside it, so
// that the same program fails at the same allocation each time.
#pragma GCC visibility push(default)
#include "budget_allocator.h"
#pragma GCC visibility pop

#include "torch_version.h"

#include <atomic>
#include <cstdio>
#include <malloc.h>
#include <mutex>
#include <unordered_map>

namespace jithost {
namespace {

thread_local int without_budget = 0;

/// What has been asked for, in parts: several threads allocate at once.
class Sizes {
public:
  void add(void *block, uint64_t bytes) {
    Part &part = partOf(block);
    std::lock_guard<std::mutex> lock(part.mutex);
    part.bytes[block] = bytes;
  }
  uint64_t remove(void *block) {
    Part &part = partOf(block);
    std::lock_guard<std::mutex> lock(part.mutex);
    auto found = part.bytes.find(block);
    const uint64_t bytes = found == part.bytes.end() ? 0 : found->second;
    if (found != part.bytes.end())
      part.bytes.erase(found);
    return bytes;
  }

private:
  struct Part {
    std::mutex mutex;
    std::unordered_map<void *, uint64_t> bytes;
  };
  Part &partOf(void *block) { return parts_[(reinterpret_cast<uintptr_t>(block) >> 6) % 16]; }
  Part parts_[16];
};

class BudgetAllocator final : public c10::Allocator {
public:
  explicit BudgetAllocator(c10::Allocator *inner) : inner_(inner) {}

  c10::DataPtr allocate(size_t bytes) JIT_HOST_ALLOCATE_CONST override;
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
#ifdef JIT_HOST_ALLOCATOR_COPIES
  void copy_data(void *to, const void *from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
#endif

  void account(uint64_t bytes) const;
  void forget(uint64_t bytes) const { in_use -= bytes; }

  mutable std::atomic<uint64_t> budget = 0, in_use = 0, peak = 0;

private:
  static void release(void *block);

  c10::Allocator *inner_;
  mutable Sizes sizes_;
};

std::mutex installing;
std::atomic<BudgetAllocator *> installed = nullptr; // never goes: its blocks are everywhere

void BudgetAllocator::account(uint64_t bytes) const {
  const uint64_t limit = budget, now = in_use += bytes;
  if (limit == 0 || now <= limit || without_budget > 0) {
    for (uint64_t highest = peak; highest < now && !peak.compare_exchange_weak(highest, now);) {
    }
    return;
  }
  in_use -= bytes;
  TORCH_CHECK_WITH(OutOfMemoryError, false, "CPU out of memory. Tried to allocate ",
                   readable(bytes), " (budget ", readable(limit), "; ", readable(now - bytes),
                   " in use)");
}

c10::DataPtr BudgetAllocator::allocate(size_t bytes) JIT_HOST_ALLOCATE_CONST {
  account(bytes);
  c10::DataPtr block;
  try {
    block = inner_->allocate(bytes);
  } catch (...) {
    forget(bytes);
    throw;
  }
  void *const address = block.get();
  // Blocks whose end is not told by their address go by themselves.
  if (!address || !block.compare_exchange_deleter(inner_->raw_deleter(), &release)) {
    forget(bytes);
    return block;
  }
  sizes_.add(address, bytes);
  return block;
}

void BudgetAllocator::release(void *block) {
  BudgetAllocator &allocator = *installed;
  allocator.forget(allocator.sizes_.remove(block));
  allocator.inner_->raw_deleter()(block);
}

} // namespace

std::string readable(uint64_t bytes) {
  const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  double value = static_cast<double>(bytes);
  for (; value >= 1024 && unit < 4; ++unit)
    value /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.2f %s", value, units[unit]);
  return text;
}

WithoutBudget::WithoutBudget() { ++without_budget; }
WithoutBudget::~WithoutBudget() { --without_budget; }

} // namespace jithost

uint64_t jit_host_set_memory_budget(uint64_t bytes) {
  using namespace jithost;
  std::lock_guard<std::mutex> lock(installing);
  if (!installed) {
    if (bytes == 0)
      return 0;
    installed = new BudgetAllocator(c10::GetCPUAllocator());
    c10::SetCPUAllocator(installed); // no priority: a program's own comes after it
  }
  return installed.load()->budget.exchange(bytes);
}

JitHostMemoryUse jit_host_memory_use() {
  const jithost::BudgetAllocator *allocator = jithost::installed;
  return allocator ? JitHostMemoryUse{allocator->budget, allocator->in_use, allocator->peak}
                   : JitHostMemoryUse{};
}

void jit_host_empty_caches() {
  try {
    jithost::emptyDeviceCaches();
  } catch (const std::exception &) {
    // The device fails: then there is nothing to be had.
  }
  malloc_trim(0);
}

size_t jit_host_device_memory(char *text, size_t size) {
  std::string lines;
  try {
    for (const jithost::DeviceMemory &memory : jithost::deviceMemory())
      lines += "  " + memory.device + ": " + jithost::readable(memory.in_tensors) +
               " in tensors, " + jithost::readable(memory.free) + " of " +
               jithost::readable(memory.total) + " free\n";
  } catch (const std::exception &) {
    // A device that fails tells nothing.
  }
  const size_t length = size == 0 ? 0 : lines.copy(text, size - 1);
  if (size > 0)
    text[length] = '\0';
  return length;
}
