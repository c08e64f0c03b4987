// Turns guards into captures: on the exception path a frame asks the runtime whether it is taken
// over.
#pragma once

#include "points.h"
#include "program_calls.h"

namespace jithost {

/// Replaces `marks` in `function`, whose code is described by `table`. `function` may be the
/// function itself or a continuation of it: `label` tells which. The text of every capture is added
/// to `sites`.
void captureFunction(llvm::Function &function, const Marks &marks, const FunctionTable &table,
                     const ProgramCalls &calls, const std::string &label,
                     std::vector<std::string> &sites);

} // namespace jithost
