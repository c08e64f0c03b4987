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

bool isClassType(const std::type_info *type) {
  const void *vtable;
  if (!readMemory(type, &vtable, sizeof vtable))
    return false;
  return vtable == vtableOf(typeid(NoBase)) || vtable == vtableOf(typeid(SingleBase)) ||
         vtable == vtableOf(typeid(VirtualBase));
}

/// What a vtable pointer leads to, and what lies before it (Itanium C++ ABI, 2.5.2).
struct Vtable {
  const char *address;
  ptrdiff_t offset_to_top;
  const std::type_info *type;
};

bool readVtable(const char *object, Vtable &vtable) {
  ptrdiff_t prefix[2];
  if (!readMemory(object, &vtable.address, sizeof vtable.address) ||
      reinterpret_cast<uintptr_t>(vtable.address) % alignof(void *) != 0 ||
      !readMemory(vtable.address - sizeof prefix, prefix, sizeof prefix))
    return false;
  vtable.offset_to_top = prefix[0];
  vtable.type = reinterpret_cast<const std::type_info *>(prefix[1]);
  return isClassType(vtable.type);
}

/// The base within the object of class `type` at `object`. The library's own __do_upcast does the
/// same but trusts the object's vtable.
const void *walkToBase(const std::type_info &type, const char *object, const std::type_info &base) {
  if (type == base)
    return object;
  if (vtableOf(type) == vtableOf(typeid(SingleBase)))
    return walkToBase(*static_cast<const abi::__si_class_type_info &>(type).__base_type, object,
                      base);
  if (vtableOf(type) != vtableOf(typeid(VirtualBase)))
    return nullptr;

  const auto &bases = static_cast<const abi::__vmi_class_type_info &>(type);
  for (unsigned i = 0; i < bases.__base_count; ++i) {
    const abi::__base_class_type_info &entry = bases.__base_info[i];
    ptrdiff_t offset = entry.__offset();
    if (entry.__is_virtual_p()) { // then it is where the vtable holds the offset
      const char *vtable;
      if (!readMemory(object, &vtable, sizeof vtable) ||
          !readMemory(vtable + offset, &offset, sizeof offset))
        continue;
    }
    if (const void *found = walkToBase(*entry.__base_type, object + offset, base))
      return found;
  }
  return nullptr;
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
  const char *address = static_cast<const char *>(object);
  Vtable vtable, complete;
  if (!readVtable(address, vtable))
    return nullptr;
  // A chance look-alike of a vtable has no complete object that agrees with it.
  address += vtable.offset_to_top;
  if (!readVtable(address, complete) || complete.type != vtable.type || complete.offset_to_top != 0)
    return nullptr;
  return walkToBase(*complete.type, address, base);
}

} // namespace jithost
