// The cases of a switch. Statements of other cases stand before the active one but have not run.
#pragma once

#include "../compile/statement_table.h"

#include <cstddef>
#include <string>
#include <vector>

namespace jithost {

/// Index in `level` (the statements of one block) behind the last one before `end` that always
/// leaves the block. This is what tells cases apart; a
/// case that falls through counts as part of the next one.
size_t caseBegin(const FunctionTable &code, const std::vector<uint32_t> &level, size_t end);

/// The labels that lead to `id`, a statement of a switch: those of its case.
std::string caseLabels(const FunctionTable &code, uint32_t id);

} // namespace jithost
