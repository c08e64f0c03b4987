// Checks in the program's functions, put into clang's AST: that a pointer is not null where it is
// used, that a divisor is not zero, that an index is inside its array, and that what is said to be
// unreachable is not reached. And what lets assertions of libstdc++ throw.
#pragma once

#include "throwing_assertions.h"

#include <clang/AST/Expr.h>

#include <map>
#include <string>

namespace jithost {

/// Lives as long as the unit is marked. A check may be met twice: what instances of a template have
/// in common is one tree.
class CheckMarker {
public:
  explicit CheckMarker(clang::ASTContext &context) : context_(context), assertions_(context) {}

  /// Not for functions that clang may have to evaluate itself.
  void addTo(clang::FunctionDecl &function);

private:
  void visit(clang::Stmt *part);
  void visitChildren(clang::Stmt *part);
  void visitDeclarations(clang::DeclStmt &statement);
  void visitAddressed(clang::Expr *place);
  void visitSubscript(clang::ArraySubscriptExpr &subscript, bool addressed);
  void check(clang::Stmt &part);
  void checkDivisor(clang::BinaryOperator &operation);
  void checkBase(clang::MemberExpr &member);
  void reportUnreachable(clang::CallExpr &call);

  clang::Expr *checkedPointer(clang::Expr *pointer);
  clang::Expr *checkedIndex(clang::Expr *index, clang::Expr *array, uint64_t count, bool addressed);
  clang::FunctionDecl *function(const char *name, clang::QualType result,
                                llvm::ArrayRef<clang::QualType> parameters);
  clang::Expr *call(clang::FunctionDecl *callee, llvm::ArrayRef<clang::Expr *> arguments,
                    clang::SourceLocation place);
  clang::Expr *converted(clang::Expr *value, clang::QualType type, clang::CastKind kind);
  clang::Expr *text(const clang::Expr &shown);
  clang::Expr *number(uint64_t value, clang::SourceLocation place);
  clang::QualType textType() const;

  clang::ASTContext &context_;
  ThrowingAssertions assertions_;
  std::map<std::string, clang::FunctionDecl *> functions_;
};

} // namespace jithost
