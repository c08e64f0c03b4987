// Frames that stand in outdated bodies ask at their next poll.
#pragma once

#include "session.h"

#include <string>
#include <vector>

namespace jithost {

/// \param bodies names of bodies and continuations
void markOutdated(Session &session, const std::vector<std::string> &bodies);

/// \return whether it is marked, or has no polls
bool isMarked(Session &session, const std::string &body);
void unmark(Session &session, const std::string &body);

} // namespace jithost
