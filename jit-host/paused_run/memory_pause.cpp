// What torch-bridge knows of memory, and what the system says.
#include "memory_pause.h"

#include "../torch-bridge/budget_allocator.h"
#include "../torch-bridge/largest_tensors.h"
#include "pause_rescue.h"
#include "runtime/address_space.h"

#include <cstdio>
#include <dlfcn.h>
#include <malloc.h>
#include <unistd.h>

namespace jithost {
namespace {

constexpr size_t kTextBytes = 4096;

template <typename Function> Function *bridge(const char *name) {
  return reinterpret_cast<Function *>(dlsym(RTLD_DEFAULT, name));
}

/// `1.25 GiB`
std::string amount(uint64_t bytes) {
  const char *unit = "KiB";
  double value = bytes / 1024.0;
  for (const char *larger : {"MiB", "GiB"})
    if (value >= 1024) {
      value /= 1024;
      unit = larger;
    }
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %s", value, unit);
  return text;
}

struct ProcessSize {
  uint64_t address_space = 0, resident = 0; // bytes
};

ProcessSize processSize() {
  ProcessSize size;
  std::FILE *file = std::fopen("/proc/self/statm", "re");
  unsigned long pages = 0, resident = 0;
  if (file && std::fscanf(file, "%lu %lu", &pages, &resident) == 2) {
    const uint64_t page = sysconf(_SC_PAGESIZE);
    size = {pages * page, resident * page};
  }
  if (file)
    std::fclose(file);
  return size;
}

std::string deviceMemory() {
  auto *devices = bridge<decltype(jit_host_device_memory)>("jit_host_device_memory");
  std::string text(devices ? kTextBytes : 0, '\0');
  text.resize(devices ? devices(text.data(), text.size()) : 0);
  return text;
}

std::string largestTensors(const FrameRecord &frame, const ObjectDescriber &describer) {
  auto *largest = bridge<decltype(jit_host_largest_tensors)>("jit_host_largest_tensors");
  if (!largest)
    return "";
  std::vector<RescueFrame> frames(1);
  frames[0].variables = rescueVariables(frame, describer);
  VariableList list(frames);
  std::string text(kTextBytes, '\0');
  text.resize(largest(list.variables.data(), list.variables.size(), text.data(), text.size()));
  return text.empty() ? "" : "largest tensors in this frame\n" + text;
}

} // namespace

bool isOutOfMemory(const Failure &failure) {
  if (failure.bad_alloc || failure.type == "c10::OutOfMemoryError" ||
      failure.type == "c10::CUDAOutOfMemoryError")
    return true;
  return failure.type.rfind("c10::", 0) == 0 &&
         (failure.message.find("DefaultCPUAllocator: ") != std::string::npos ||
          failure.message.find("out of memory") != std::string::npos);
}

std::string memoryLines(const FrameRecord &frame, const ObjectDescriber &describer) {
  if (auto *empty = bridge<decltype(jit_host_empty_caches)>("jit_host_empty_caches"))
    empty();
  else
    malloc_trim(0);
  std::string text;
  auto *use = bridge<decltype(jit_host_memory_use)>("jit_host_memory_use");
  if (JitHostMemoryUse now = use ? use() : JitHostMemoryUse{}; now.budget != 0)
    text += "  tensors: " + amount(now.in_use) + " of a budget of " + amount(now.budget) + "\n";
  ProcessSize size = processSize();
  if (uint64_t limit = addressSpaceLimit(); limit != 0)
    text +=
        "  address space: " + amount(size.address_space) + " of a limit of " + amount(limit) + "\n";
  text += "  resident: " + amount(size.resident) + "\n";
  return text + deviceMemory() + largestTensors(frame, describer);
}

bool limitTensors(uint64_t bytes) {
  auto *limit = bridge<decltype(jit_host_set_memory_budget)>("jit_host_set_memory_budget");
  if (limit)
    limit(bytes);
  return limit;
}

} // namespace jithost
