// A failure and its frames as the screen's plain data.
#pragma once

#include "paused_frames.h"

namespace jithost {

/// All but the folder.
PauseScreen screenOf(const Failure &failure, PausedFrames &frames, const VersionStore &versions,
                     const ObjectDescriber &describer);

/// LibTorch appends its own backtrace to messages; the frames are shown by us.
std::string withoutBacktrace(const std::string &message);

} // namespace jithost
