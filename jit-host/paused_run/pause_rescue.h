// A rescue of a paused run: its frames, as a rescue wants to have them.
#pragma once

#include "paused_frames.h"
#include "rescue/rescue.h"

namespace jithost {

/// The variables of a frame, with their addresses.
std::vector<RescueVariable> rescueVariables(const FrameRecord &record,
                                            const ObjectDescriber &describer);

/// The program's variables with static storage, as a frame around all others.
RescueFrame globalVariables(const VersionStore &versions, Session &session,
                            const ObjectDescriber &describer);

/// All frames; those further out are looked at now, which may throw UnwindCopy.
RescueOccasion pauseOccasion(const std::string &why, const PauseScreen &screen,
                             PausedFrames &frames, const ObjectDescriber &describer);

} // namespace jithost
