// What failed checks of the program's code say; they throw a Fault.
#pragma once

#include <string>

namespace jithost {

/// Of an assertion of libstdc++. \param function as __PRETTY_FUNCTION__ is
std::string assertionMessage(const char *function, const char *condition);

} // namespace jithost
