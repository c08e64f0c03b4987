// Times for people.
#pragma once

#include <string>

namespace jithost {

/// "0.4 ms", "38 ms", "1.8 s", "3 min 20 s", "2 h 5 min"
std::string humanTime(double ms);

} // namespace jithost
