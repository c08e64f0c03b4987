// `jit-host journal FILE`: a recorded run, told for people.
#pragma once

#include "journal.h"

namespace jithost {

/// Plain text, 100 columns wide.
std::string story(const JournalContents &journal);

/// \param arguments what stands behind `journal` on the command line. \return the exit code
int tellStory(const std::vector<std::string> &arguments);

} // namespace jithost
