// Memory that may hold anything: a paused program's variables can be destroyed or not yet built, so
// nothing is read before the kernel has said that it can be, and no object is used before its
// vtable has said that it is one.
#pragma once

#include <cstddef>
#include <typeinfo>

namespace jithost {

/// Copies `size` bytes from `address`; false where they cannot be read.
bool readMemory(const void *address, void *to, size_t size);

/// True when every page of the range can be read.
bool isReadable(const void *address, size_t size);

/// The base of type `base` of the polymorphic object whose first bytes are at `object`; null when
/// there is no such object, or it has no such base. Follows virtual bases and works for classes of
/// the program, whose vtables lie in memory that the JIT mapped.
const void *findBase(const void *object, const std::type_info &base);

template <typename Base> const Base *findBase(const void *object) {
  const void *found = findBase(object, typeid(Base));
  return isReadable(found, sizeof(Base)) ? static_cast<const Base *>(found) : nullptr;
}

} // namespace jithost
