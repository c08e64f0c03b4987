// The function bodies of a translation unit that can be read again by themselves. Includes clang.
#pragma once

#include "body_changes.h"

#include <clang/AST/ASTContext.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/StringSet.h>

#include <vector>

namespace jithost {

struct FoundBody {
  clang::FunctionDecl *function = nullptr;
  BodyRange range;
};

using BodiesOfFiles = llvm::DenseMap<clang::FileID, std::vector<FoundBody>>;

/// Of the files that belong to the program, in their order and not nested. Left out is what depends
/// on more than its own tokens, or on which other code depends: templates, constexpr functions,
/// deduced results, constructors with initialisers, function try blocks.
BodiesOfFiles findBodies(clang::ASTContext &context, const std::vector<clang::Decl *> &top_level);

/// Where the innermost declaration at namespace scope that contains `function` ends: inside a class
/// everything of the class is seen.
clang::SourceLocation endOfScope(const clang::FunctionDecl &function);

/// What is not seen at `place` because it is declared further on, although the translation unit
/// knows it at its end: names of declarations and macros. "operator" stands for operators, "using"
/// for using directives.
llvm::StringSet<> namesDeclaredAfter(clang::ASTContext &context,
                                     const std::vector<clang::Decl *> &top_level,
                                     clang::SourceLocation place);

} // namespace jithost
