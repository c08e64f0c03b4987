// A failure and its frames as the screen's plain data.
#pragma once

#include "paused_frames.h"

namespace jithost {

/// All but the folder.
PauseScreen screenOf(const Failure &failure, PausedFrames &frames, const VersionStore &versions,
                     const ObjectDescriber &describer);

/// Of a file as the code under `label` was compiled from; none when it is not at hand.
std::vector<std::string> sourceLines(const VersionStore &versions, const std::string &path,
                                     const std::string &label);

/// LibTorch appends its own backtrace to messages; the frames are shown by us.
std::string withoutBacktrace(const std::string &message);

} // namespace jithost
