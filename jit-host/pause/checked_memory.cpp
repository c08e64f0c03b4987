// One system call per read.
#include "checked_memory.h"

#include <algorithm>
#include <sys/uio.h>
#include <unistd.h>

namespace jithost {

bool readMemory(uint64_t address, void *to, size_t size) {
  iovec local{to, size}, remote{reinterpret_cast<void *>(address), size};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

std::string readableBytes(uint64_t address, size_t size) {
  const uint64_t page = sysconf(_SC_PAGESIZE); // readable or not as a whole
  std::string bytes;
  while (bytes.size() < size) {
    uint64_t from = address + bytes.size();
    std::string more(std::min<uint64_t>(size - bytes.size(), page - from % page), '\0');
    if (!readMemory(from, more.data(), more.size()))
      break;
    bytes += more;
  }
  return bytes;
}

} // namespace jithost
