// `jit-host journal FILE`: a recorded run, told for people.
#pragma once

#include "journal.h"

namespace jithost {

/// Plain text, 100 columns wide.
std::string story(const JournalContents &journal);

/// \param arguments what stands behind `journal` on the command line. \return the exit code
int tellStory(const std::vector<std::string> &arguments);

/// "350 ms", "12.3 s", "4 min 10 s", "3 h 5 min", "2 d 4 h"
std::string humanTime(double ms);

} // namespace jithost
