// A small function that calls itself enters its own body without a detour, and contains a few
// levels of itself where it only computes: most of its calls are none then, and the others cost
// what they do natively.
#pragma once

#include "program_calls.h"

#include <functional>
#include <optional>
#include <string>

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace jithost {

/// How many levels of itself `function`, which has not been captured, is to contain; nothing: it
/// does not call itself, or is not small.
std::optional<unsigned> innerLevels(llvm::Function &function);

/// Captures `function`, or a copy of it, under a label.
using CaptureUnder = std::function<void(llvm::Function &function, const std::string &label)>;

/// Captures `function` and the `levels` of itself that it is to contain, each under a label of its
/// own, and puts them into it.
void captureWithInner(llvm::Function &function, unsigned levels, const std::string &label,
                      ProgramCalls &calls, const CaptureUnder &capture);

/// When nothing is learnt any more from what is called: bodies get to know that it is themselves.
void finishOwnCalls(llvm::Module &module, const std::string &label);

} // namespace jithost
