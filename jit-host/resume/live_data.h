// What is alive outside the frames and would mean something else to the new code: objects of
// classes, global and static variables, closures.
#pragma once

#include "resume_map.h"

#include <optional>
#include <string>
#include <vector>

namespace jithost {

/// Refuses a class that changed its layout. Tables of one translation unit.
std::optional<Refusal> changedClass(const StatementTable &before, const StatementTable &after);

/// Refuses a global variable that changed its type. Tables of one translation unit.
std::optional<Refusal> changedGlobal(const StatementTable &before, const StatementTable &after);

/// Refuses a function that returns something else under the same symbol, while code that expects
/// the old result may call it: through a pointer, or from a frame that finishes in the old code.
/// Tables of whole programs.
std::optional<Refusal> changedResult(const std::vector<ActiveFrame> &frames, size_t landing,
                                     const StatementTable &before, const StatementTable &after);

/// Closures and static variables that stay what they were, and initialisers that do not run again.
/// Tables of one translation unit.
std::vector<std::string> liveDataNotes(const StatementTable &before, const StatementTable &after);

/// Refuses a landing that would call, through a closure made before, a lambda that captures
/// something else now and is on the way out.
std::optional<Refusal> closureOnTheWay(const std::vector<ActiveFrame> &frames,
                                       const Landing &landing, const StatementTable &after);

} // namespace jithost
