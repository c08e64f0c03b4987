// Puts a guard and a point before every statement of the program's functions, in clang's AST, and
// writes the statement table that describes them.
#pragma once

#include "marker_names.h"
#include "statement_table.h"

#include <functional>
#include <string>
#include <vector>

namespace clang {
class ASTContext;
class Decl;
class FunctionDecl;
class GlobalDecl;
} // namespace clang

namespace jithost {

/// Marks every function that `top_level` declares in the program's own files.
/// \param injection whether steps go behind the guards, see runtime/injection.cpp
/// \param mangle the code generator's name of a function: numbers of lambdas depend on who asks
/// first.
/// \param names_before lambdas and static locals of the previous version, whose symbols stay
/// theirs.
StatementTable markStatements(clang::ASTContext &context,
                              const std::vector<clang::Decl *> &top_level, bool injection,
                              const std::function<std::string(clang::GlobalDecl)> &mangle,
                              const std::vector<LocalName> &names_before);

} // namespace jithost
