// Actions: statements of a file that are executed once in an active frame.
#pragma once

#include "paused_frames.h"
#include "versions/patch_preparation.h"

namespace jithost {

/// In the paused frame, or in that of the function which `// jit-host: frame FUNCTION` names.
/// \param patch with whose declarations, though it is not the newest version yet; null: none
/// \param first index in `frames` of the first frame that `patch` was prepared for
/// \return an empty text, or clang's words and as last line why it was not done
std::string runAction(Evaluator &evaluator, PausedFrames &frames, const PatchFile &action,
                      const PreparedPatch *patch, size_t first);

} // namespace jithost
