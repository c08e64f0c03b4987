// What the statement table says about a variable: its name and its type.
#pragma once

#include "statement_table.h"

namespace clang {
class ASTContext;
class QualType;
class VarDecl;
} // namespace clang

namespace jithost {

void describeType(clang::ASTContext &context, clang::QualType type, Variable &entry);

/// As written; `[a, b]` for a structured binding.
std::string variableName(const clang::VarDecl *variable);

} // namespace jithost
