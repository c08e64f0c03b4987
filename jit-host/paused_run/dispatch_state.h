// After a fault inside LibTorch: what a guard of the function that failed has left behind.
#pragma once

#include "jit/symbolizer.h"
#include "runtime/failure.h"
#include "versions/active_stack.h"

namespace jithost {

/// On the thread that failed, when all but the function that failed is unwound. Sets LibTorch's
/// dispatch state back to what a thread begins with, unless something in the frames of `stack` may
/// have set it: a guard among their variables, or a function of LibTorch between them.
/// \return what was set back, for a note; empty: nothing
std::string resetDispatchState(const Failure &failure, const std::vector<StackFrame> &stack,
                               Symbolizer &symbolizer);

} // namespace jithost
