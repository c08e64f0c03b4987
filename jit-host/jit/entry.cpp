// As the JVM does it (NativeJump::patch_verified_entry): five bytes that lie in eight aligned ones
// are written with one store, so that a processor that fetches them meanwhile sees the old ones or
// the new ones.
#include "entry.h"

#include <llvm/Support/Process.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr uint64_t kEntryMask = 0xff'ffff'ffff;
constexpr uint64_t kNothing = 0x08'0044'1f0f; // nopl 8(%rax,%rax)
constexpr uint64_t kJump = 0xe9;
constexpr uint64_t kJumpBytes = 5;

/// Where memory must not be writable and executable at once. The kernel copies word by word.
Error writeByKernel(uint64_t address, uint64_t word) {
  int memory = open("/proc/self/mem", O_WRONLY | O_CLOEXEC);
  bool written = memory >= 0 && pwrite(memory, &word, sizeof word, address) == sizeof word;
  int trouble = errno;
  if (memory >= 0)
    close(memory);
  return written ? Error::success()
                 : createStringError("code cannot be changed: %s", std::strerror(trouble));
}

Error write(uint64_t address, uint64_t word) {
  uint64_t size = sys::Process::getPageSizeEstimate();
  void *page = reinterpret_cast<void *>(address & ~(size - 1));
  if (mprotect(page, size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
    return writeByKernel(address, word);
  __atomic_store_n(reinterpret_cast<uint64_t *>(address), word, __ATOMIC_SEQ_CST);
  mprotect(page, size, PROT_READ | PROT_EXEC);
  return Error::success();
}

uint64_t wordAt(uint64_t address) {
  return __atomic_load_n(reinterpret_cast<const uint64_t *>(address), __ATOMIC_SEQ_CST);
}

} // namespace

bool isEntry(uint64_t address) {
  if (address % sizeof(uint64_t) != 0)
    return false;
  uint64_t word = wordAt(address);
  return (word & kEntryMask) == kNothing || (word & 0xff) == kJump;
}

bool canBeWritten(uint64_t entry) {
  Error error = write(entry, wordAt(entry));
  bool written = !error;
  consumeError(std::move(error));
  return written;
}

Error leadEntry(uint64_t entry, uint64_t body) {
  int64_t distance = static_cast<int64_t>(body - (entry + kJumpBytes));
  if (!isEntry(entry) || distance != static_cast<int32_t>(distance))
    return createStringError("a body cannot be led elsewhere");
  uint64_t code = body == entry ? kNothing : kJump | uint64_t(uint32_t(distance)) << 8;
  return write(entry, (wordAt(entry) & ~kEntryMask) | code);
}

} // namespace jithost
