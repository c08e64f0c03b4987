// Where a frame that is running well goes on in the new code.
#pragma once

#include "../compile/statement_table.h"
#include "refusal.h"

#include <cstdint>
#include <variant>

namespace jithost {

/// \param next statement of `before` that the frame is about to begin.
/// \return the statement of `after` that comes next, never going back; or why the frame has to
/// finish in the old code.
std::variant<uint32_t, Refusal> choosePollTarget(const FunctionTable &before, uint32_t next,
                                                 const FunctionTable &after);

} // namespace jithost
