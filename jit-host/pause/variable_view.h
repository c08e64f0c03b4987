// One line about a variable of a paused frame.
#pragma once

#include "../compile/statement_table.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace jithost {

/// What torch-bridge answers about objects it knows; null where it is not loaded.
struct ObjectDescriber {
  bool (*knows)(const char *type) = nullptr;
  size_t (*describe)(const char *type, const void *object, char *text, size_t size) = nullptr;
};

/// \param kind how the word holds it: 'a' its address, 'w' its value, 'f' and 'd' the bits of a
/// float or double
std::string describeVariable(const Variable &variable, char kind, uint64_t word,
                             const ObjectDescriber &describer);

} // namespace jithost
