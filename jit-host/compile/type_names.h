// Types in words that mean the same in every version.
#pragma once

#include "statement_table.h"

#include <clang/AST/Type.h>

#include <string>

namespace clang {
class VarDecl;
}

namespace jithost {

/// The canonical spelling, without the places that clang adds to lambdas and unnamed classes: they
/// change with every line inserted before them.
std::string typeName(const clang::ASTContext &context, clang::QualType type);

/// The same, and which lambda it is; after their symbols are settled.
std::string typeIdentity(clang::ASTContext &context, clang::QualType type);

/// "x", or "[low, high]".
std::string variableName(const clang::VarDecl *variable);

/// Fills in what the table says of a variable's type.
void describeType(clang::ASTContext &context, clang::QualType type, Variable &variable);

} // namespace jithost
