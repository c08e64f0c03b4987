// What the handlers of a try do with what they catch.
#pragma once

#include "statement_table.h"

namespace clang {
class ASTContext;
class CXXTryStmt;
class FunctionDecl;
} // namespace clang

namespace jithost {

/// The handlers of `attempt`, which stands in `function`, in order. Asked before `function` is
/// marked.
std::vector<Handler> handlersOf(clang::ASTContext &context, const clang::FunctionDecl &function,
                                const clang::CXXTryStmt &attempt);

} // namespace jithost
