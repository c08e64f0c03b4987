// Sizes of types, computed from their names: scalars, the containers of libstdc++ 12 on x86-64, and
// what torch-bridge knows.
#pragma once

#include "object_describer.h"
#include "type_spelling.h"

#include <optional>

namespace jithost {

struct TypeLayout {
  uint64_t size = 0, alignment = 1;
  bool empty = false; // takes no place as a base class
};

/// Nothing for types of the program, and where arguments that are usually left out are given and
/// nothing is known of them.
std::optional<TypeLayout> layoutOf(const TypeSpelling &type, const ObjectDescriber &describer);

/// `offset`, or the next place behind it for an object of that alignment.
constexpr uint64_t alignedOffset(uint64_t offset, uint64_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

/// Where the elements of a std::tuple lie, in the order of its arguments; nothing where one of them
/// is not known.
std::optional<std::vector<uint64_t>> tupleOffsets(const std::vector<std::string> &elements,
                                                  const ObjectDescriber &describer);

/// The size of a template of the library whose objects are all of one size, like std::vector;
/// 0 for other names.
uint64_t templateSize(const TypeSpelling &type);

/// True when all template arguments behind the first `count` are the library's own.
bool usualArguments(const TypeSpelling &type, size_t count);

/// The same for the arguments of a type with a templateSize.
bool usualArguments(const TypeSpelling &type);

} // namespace jithost
