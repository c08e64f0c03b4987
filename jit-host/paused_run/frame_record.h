// An active frame with what is captured of it.
#pragma once

#include "versions/active_stack.h"

namespace jithost {

struct FrameRecord {
  StackFrame frame;
  std::vector<CapturedName> captured;
  uint64_t *words = nullptr; // in the order of `captured`; those held by value may be written
  const char *missing = "(optimised away)"; // of variables that nothing holds
};

/// A variable in scope at a frame's statement, and what holds it.
struct HeldVariable {
  const Variable *variable = nullptr;
  char kind = 'a';          // CaptureKind
  uint64_t *word = nullptr; // of the record; null: the optimiser has removed it
};

/// Those that a person has written, and `this`; outermost first.
std::vector<HeldVariable> variablesIn(const FrameRecord &record);

} // namespace jithost
