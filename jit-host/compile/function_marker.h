// Marks one function: rewrites its body and fills its table.
#pragma once

#include "source_text.h"
#include "statement_table.h"

namespace clang {
class ASTContext;
class FunctionDecl;
} // namespace clang

namespace jithost {

/// The functions that marked code calls (marker_names.h), declared once per translation unit.
struct MarkerFunctions {
  clang::FunctionDecl *point = nullptr;
  clang::FunctionDecl *cleanup = nullptr;
  clang::FunctionDecl *passes_handler = nullptr;
  clang::FunctionDecl *terminates = nullptr;
  explicit MarkerFunctions(clang::ASTContext &context);
};

/// Puts guards and points into the body of `function` and describes it in `table`.
void markFunction(clang::ASTContext &context, MarkerFunctions &functions, SourceText &text,
                  clang::FunctionDecl *function, FunctionTable &table);

} // namespace jithost
