// What the TAB key adds to a line.
#pragma once

#include "screen.h"

#include <string>
#include <string_view>
#include <vector>

namespace jithost {

struct Completion {
  std::string added;                   // behind the cursor
  std::vector<std::string> candidates; // when nothing can be added: what there is to choose from
};

/// Names of commands, and of the screen's variables where a command takes code.
/// \param text the line up to the cursor
Completion complete(std::string_view text, const PauseScreen &screen);

} // namespace jithost
