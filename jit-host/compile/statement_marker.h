// Puts a guard and a point before every statement of the program's functions, in clang's AST, and
// writes the statement table that describes them.
#pragma once

#include "mark_builder.h"
#include "marker_names.h"
#include "place_map.h"
#include "statement_table.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace clang {
class ASTContext;
class Decl;
class FunctionDecl;
class VarDecl;
class GlobalDecl;
} // namespace clang

namespace jithost {

/// Marks every function that `top_level` declares in the program's own files.
/// \param mangle the code generator's name of a function: numbers of lambdas depend on who asks
/// first.
/// \param names_before lambdas and static locals of the previous version, whose symbols stay
/// theirs.
/// \param marked all of them
StatementTable markStatements(clang::ASTContext &context,
                              const std::vector<clang::Decl *> &top_level, const Markings &wanted,
                              const std::function<std::string(clang::GlobalDecl)> &mangle,
                              const std::vector<LocalName> &names_before,
                              std::vector<clang::FunctionDecl *> &marked);

/// Gives lambdas the symbols that marking would give them. Not static locals: clang counts those
/// when their symbols are made, and a function that is read again begins to count anew.
void pinLambdas(clang::ASTContext &context, const std::vector<clang::Decl *> &top_level,
                const std::function<std::string(clang::GlobalDecl)> &mangle,
                const std::vector<LocalName> &names_before);

/// The same for these functions and what stands inside them, and for these variables; those of
/// libraries are left out.
/// \param newer where what stands in these files is now
/// \param marked all of them
StatementTable markFunctions(clang::ASTContext &context,
                             const std::vector<clang::FunctionDecl *> &functions,
                             const std::vector<clang::VarDecl *> &variables, const Markings &wanted,
                             const std::function<std::string(clang::GlobalDecl)> &mangle,
                             const std::vector<LocalName> &names_before,
                             const std::map<std::string, PlaceMap> &newer,
                             std::vector<clang::FunctionDecl *> &marked);

} // namespace jithost
