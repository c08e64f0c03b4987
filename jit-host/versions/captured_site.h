// The text of a capture: which statement of which body it stands at, and what it holds.
#pragma once

#include "resume/continuation.h"

namespace jithost {

struct Site {
  std::string symbol, label;
  uint32_t id = 0;
  std::vector<CapturedName> captured;
};

Site parseSite(const char *text);

} // namespace jithost
