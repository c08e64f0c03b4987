// Which guard of the old code hands over a frame, so that exactly the variables in scope at the
// target are alive.
#pragma once

#include "../compile/statement_table.h"
#include "refusal.h"

#include <cstdint>
#include <variant>

namespace jithost {

/// \param failing statement of `before` that the frame stands in.
/// \param target statement of `after` at which it is to go on.
/// \return a statement of `before` whose guard is active, or why no guard fits.
std::variant<uint32_t, Refusal> chooseGuard(const FunctionTable &before, uint32_t failing,
                                            const FunctionTable &after, uint32_t target);

} // namespace jithost
