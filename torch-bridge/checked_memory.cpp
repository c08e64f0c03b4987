// Reads through the kernel, which answers where a load would fault, and run-time types that are
// recognised before they are trusted.
#include "checked_memory.h"

#include <algorithm>
#include <cstdint>
#include <cxxabi.h>
#include <iterator>
#include <sys/uio.h>
#include <unistd.h>

namespace jithost {
namespace {

// One class of each kind whose type_info the C++ ABI describes by a class of its own.
struct NoBase {
  virtual ~NoBase() = default;
};
struct SingleBase : NoBase {};
struct VirtualBase : virtual NoBase {};

const void *vtableOf(const std::type_info &type) {
  return *reinterpret_cast<const void *const *>(&type);
}

bool isClassType(const void *type) {
  const void *vtable;
  if (!readMemory(type, &vtable, sizeof vtable))
    return false;
  return vtable == vtableOf(typeid(NoBase)) || vtable == vtableOf(typeid(SingleBase)) ||
         vtable == vtableOf(typeid(VirtualBase));
}

} // namespace

bool readMemory(const void *address, void *to, size_t size) {
  if (!address)
    return false;
  iovec local{to, size}, remote{const_cast<void *>(address), size};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

bool isReadable(const void *address, size_t size) {
  if (!address)
    return false;
  const uintptr_t page = sysconf(_SC_PAGESIZE);
  uintptr_t next = reinterpret_cast<uintptr_t>(address);
  if (size > UINTPTR_MAX - page - next)
    return false;
  const uintptr_t end = next + size;

  while (next < end) {
    iovec pages[1024]; // what the kernel takes at once
    char bytes[std::size(pages)];
    size_t count = 0;
    for (; count < std::size(pages) && next < end; next = (next / page + 1) * page)
      pages[count++] = {reinterpret_cast<void *>(next), 1};
    iovec local{bytes, count};
    if (process_vm_readv(getpid(), &local, 1, pages, count, 0) != static_cast<ssize_t>(count))
      return false;
  }
  return true;
}

const void *findBase(const void *object, const std::type_info &base) {
  // What lies before the address that a vtable pointer holds (Itanium C++ ABI, 2.5.2).
  struct {
    ptrdiff_t offset_to_top;
    const std::type_info *type;
  } prefix;
  const char *vtable;
  if (!readMemory(object, &vtable, sizeof vtable) ||
      reinterpret_cast<uintptr_t>(vtable) % alignof(void *) != 0 ||
      !readMemory(vtable - sizeof prefix, &prefix, sizeof prefix) || !isClassType(prefix.type))
    return nullptr;

  // Names of types never contain unreadable memory once the type_info itself is genuine.
  void *complete = const_cast<char *>(static_cast<const char *>(object)) + prefix.offset_to_top;
  if (!isReadable(complete, sizeof vtable))
    return nullptr;
  const auto *target = static_cast<const abi::__class_type_info *>(&base);
  return prefix.type->__do_upcast(target, &complete) ? complete : nullptr;
}

} // namespace jithost
