// Where a run goes on when nothing changed and a person says where: behind the failing statement,
// at a line, at the function's begin.
#pragma once

#include "resume_map.h"

namespace jithost {

/// A landing of `frame`, which is the only one of `Landing::frame`'s count; or why not, as a
/// sentence.
using NamedTarget = std::variant<Landing, std::string>;

/// Behind the statement that `frame` stands in. \param now the newest code of the same function
NamedTarget targetBehind(const ActiveFrame &frame, const FunctionTable &now);

/// At the outermost statement that begins at `line` of the newest source.
NamedTarget targetAtLine(const ActiveFrame &frame, const FunctionTable &now, uint32_t line);

/// At its first statement, with its arguments as they are.
NamedTarget targetAtBegin(const ActiveFrame &frame, const FunctionTable &now);

} // namespace jithost
