// What a run does a second time when it goes back.
#pragma once

#include "statement_align.h"

namespace jithost {

struct RunAgain {
  std::vector<uint32_t>
      calling;      // unchanged statements of the new code that call or assign something
  bool any = false; // also true when only statements without calls run again
};

/// What runs again between `target` and `counterpart`, the failing statement in the new code (0:
/// unknown). Changed and new statements are not run again: they run for the first time.
RunAgain runAgain(const StatementPairs &pairs, uint32_t failing, uint32_t target,
                  uint32_t counterpart);

} // namespace jithost
