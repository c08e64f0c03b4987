// Marks one function: rewrites its body and fills its table.
#pragma once

#include "mark_builder.h"
#include "source_text.h"
#include "statement_table.h"

namespace clang {
class ASTContext;
class FunctionDecl;
} // namespace clang

namespace jithost {

/// Puts guards and points into the body of `function` and describes it in `table`.
void markFunction(clang::ASTContext &context, const MarkerFunctions &functions, SourceText &text,
                  clang::FunctionDecl *function, FunctionTable &table);

} // namespace jithost
