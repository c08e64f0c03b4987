// One line about a variable of a paused frame.
#pragma once

#include "../compile/statement_table.h"
#include "object_describer.h"

#include <cstdint>
#include <string>

namespace jithost {

/// What is unknown is `object at 0x...`, what makes no sense is said.
/// \param kind how the word holds it: 'a' its address, 'w' its value, 'f' and 'd' the bits of a
/// float or double
std::string describeVariable(const Variable &variable, char kind, uint64_t word,
                             const ObjectDescriber &describer);

} // namespace jithost
