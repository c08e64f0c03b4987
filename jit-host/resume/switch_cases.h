// The cases of a switch. Statements of other cases stand before the active one but have not run.
#pragma once

#include "../compile/statement_table.h"

#include <cstddef>
#include <vector>

namespace jithost {

/// Index in `level` (the statements of one block) behind the last one before `end` that always
/// leaves the block. Labels have no statements of their own, so this is what tells cases apart; a
/// case that falls through counts as part of the next one.
size_t caseBegin(const FunctionTable &code, const std::vector<uint32_t> &level, size_t end);

} // namespace jithost
