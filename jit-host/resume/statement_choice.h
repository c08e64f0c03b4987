// At which statement of the new code a frame goes on.
#pragma once

#include "refusal.h"
#include "statement_align.h"

#include <optional>
#include <string>
#include <vector>

namespace jithost {

struct StatementChoice {
  uint32_t first = 0;   // the first changed or new statement before the failing one, else `failing`
  uint32_t failing = 0; // the counterpart of the failing statement, or what stands in its place
  std::vector<std::string> notes;
  std::optional<Refusal> refusal;
};

/// \param failing statement of the old code that is in progress.
StatementChoice chooseStatement(const StatementPairs &pairs, uint32_t failing);

} // namespace jithost
