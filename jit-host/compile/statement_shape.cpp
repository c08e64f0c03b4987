// Plain questions to clang's AST.
#include "statement_shape.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

using namespace clang;

namespace jithost {

StatementKind kindOf(const Stmt *source) {
  if (isa<CompoundStmt>(source))
    return StatementKind::Compound;
  if (isa<IfStmt>(source))
    return StatementKind::If;
  if (isa<ForStmt>(source))
    return StatementKind::For;
  if (isa<CXXForRangeStmt>(source))
    return StatementKind::RangeFor;
  if (isa<WhileStmt>(source))
    return StatementKind::While;
  if (isa<DoStmt>(source))
    return StatementKind::Do;
  if (isa<SwitchStmt>(source))
    return StatementKind::Switch;
  if (isa<CXXTryStmt>(source))
    return StatementKind::Try;
  if (isa<ReturnStmt>(source))
    return StatementKind::Return;
  if (isa<BreakStmt, ContinueStmt, GotoStmt>(source))
    return StatementKind::Jump;
  return StatementKind::Expression;
}

bool mayBeJumpedOver(const DeclStmt *source) {
  return llvm::all_of(source->decls(), [](const Decl *decl) {
    auto *variable = dyn_cast<VarDecl>(decl);
    if (!variable || !variable->hasInit())
      return true;
    auto *construct = dyn_cast<CXXConstructExpr>(variable->getInit()->IgnoreImplicit());
    return construct && construct->getConstructor()->isTrivial() &&
           construct->getConstructor()->isDefaultConstructor() &&
           !construct->isListInitialization() && !construct->requiresZeroInitialization();
  });
}

bool mentions(const Stmt *expression, const VarDecl *variable) {
  if (!expression)
    return false;
  auto *reference = dyn_cast<DeclRefExpr>(expression);
  return (reference && reference->getDecl() == variable) || isa<LambdaExpr>(expression) ||
         llvm::any_of(expression->children(),
                      [&](const Stmt *child) { return mentions(child, variable); });
}

} // namespace jithost
