// What kind of statement the marker has before it.
#pragma once

#include "statement_table.h"

namespace clang {
class DeclStmt;
class Stmt;
class VarDecl;
} // namespace clang

namespace jithost {

StatementKind kindOf(const clang::Stmt *source);

/// C++ lets a jump pass declarations without initialisation, in which nothing can fail; any other
/// may have a guard, although that is a variable with an initialiser itself. A static local may be
/// passed too, but clang does not mind.
bool mayBeJumpedOver(const clang::DeclStmt *source);

/// True when `expression` may read or write `variable`.
bool mentions(const clang::Stmt *expression, const clang::VarDecl *variable);

} // namespace jithost
