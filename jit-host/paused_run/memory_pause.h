// A pause because memory ran out: what can be given back is, and what takes the rest is shown.
#pragma once

#include "paused_frames.h"
#include "runtime/failure.h"

namespace jithost {

/// std::bad_alloc and what is derived from it, LibTorch's errors of allocators.
bool isOutOfMemory(const Failure &failure);

/// Gives back what allocators keep for later. \return lines for the screen: how much is in use of
/// what there may be, and the largest tensors of the frame
std::string memoryLines(const FrameRecord &frame, const ObjectDescriber &describer);

/// Limits what tensors on the CPU may take. \return false: LibTorch is not loaded
bool limitTensors(uint64_t bytes);

} // namespace jithost
