// A handler that leads only out of main, or only rethrows, makes no difference to whether a run is
// lost: what it catches is a failure. When in doubt a handler really handles.
#include "handler_roles.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/Mangle.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/AST/StmtCXX.h>

using namespace clang;

namespace jithost {
namespace {

/// Finds what leads out of a block other than by its end, `return`, or `throw`.
class JumpFinder : public RecursiveASTVisitor<JumpFinder> {
public:
  bool found = false;
  bool VisitBreakStmt(BreakStmt *) { return stop(); }
  bool VisitContinueStmt(ContinueStmt *) { return stop(); }
  bool VisitGotoStmt(GotoStmt *) { return stop(); }
  bool TraverseForStmt(ForStmt *) { return true; } // its jumps end in it
  bool TraverseWhileStmt(WhileStmt *) { return true; }
  bool TraverseDoStmt(DoStmt *) { return true; }
  bool TraverseCXXForRangeStmt(CXXForRangeStmt *) { return true; }
  bool TraverseLambdaExpr(LambdaExpr *) { return true; }

private:
  bool stop() {
    found = true;
    return false;
  }
};

class ReturnFinder : public RecursiveASTVisitor<ReturnFinder> {
public:
  bool found = false;
  bool VisitReturnStmt(ReturnStmt *) {
    found = true;
    return false;
  }
  bool TraverseLambdaExpr(LambdaExpr *) { return true; }
};

template <typename Finder> bool contains(const Stmt *statement) {
  Finder finder;
  finder.TraverseStmt(const_cast<Stmt *>(statement));
  return finder.found;
}

/// The expression of a statement, without what wraps it for the sake of its temporaries.
const Expr *expressionOf(const Stmt *statement) {
  auto *expression = dyn_cast<Expr>(statement);
  if (auto *cleanups = dyn_cast_or_null<ExprWithCleanups>(expression))
    expression = cleanups->getSubExpr();
  return expression ? expression->IgnoreParenImpCasts() : nullptr;
}

bool neverReturns(const Expr *expression) {
  auto *call = dyn_cast<CallExpr>(expression);
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  return callee && callee->isNoReturn();
}

enum class Ending { Rethrow, Leaves };

/// True when every path through `statement` ends in `throw;`, or leaves the function in any way.
bool endsBy(const Stmt *statement, Ending ending) {
  if (!statement)
    return false;
  if (auto *block = dyn_cast<CompoundStmt>(statement)) {
    for (const Stmt *inner : llvm::reverse(block->body()))
      if (!isa<NullStmt>(inner))
        return endsBy(inner, ending);
    return false;
  }
  if (auto *choice = dyn_cast<IfStmt>(statement))
    return endsBy(choice->getThen(), ending) && endsBy(choice->getElse(), ending);
  if (isa<ReturnStmt>(statement))
    return ending == Ending::Leaves;
  const Expr *expression = expressionOf(statement);
  if (!expression)
    return false;
  if (auto *thrown = dyn_cast<CXXThrowExpr>(expression))
    return ending == Ending::Leaves || !thrown->getSubExpr();
  return ending == Ending::Leaves && neverReturns(expression);
}

bool holds(const Stmt *statement, const Stmt *inner) {
  if (statement == inner)
    return true;
  return statement && llvm::any_of(statement->children(),
                                   [&](const Stmt *child) { return holds(child, inner); });
}

/// True when nothing but a `return` comes behind `attempt` in the function.
bool standsLast(const Stmt *body, const Stmt *attempt) {
  if (body == attempt)
    return true;
  if (auto *choice = dyn_cast<IfStmt>(body)) {
    const Stmt *branch = holds(choice->getThen(), attempt) ? choice->getThen() : choice->getElse();
    return branch && standsLast(branch, attempt);
  }
  auto *block = dyn_cast<CompoundStmt>(body);
  if (!block)
    return false;
  bool passed = false;
  for (const Stmt *statement : block->body()) {
    if (passed && isa<ReturnStmt>(statement))
      return true;
    if (passed && !isa<NullStmt>(statement))
      return false;
    if (!passed && holds(statement, attempt)) {
      if (!standsLast(statement, attempt))
        return false;
      passed = true;
    }
  }
  return passed;
}

HandlerRole roleOf(const FunctionDecl &function, const CXXTryStmt &attempt,
                   const CXXCatchStmt &handler) {
  const Stmt *block = handler.getHandlerBlock();
  if (contains<JumpFinder>(block))
    return HandlerRole::Handles;
  if (endsBy(block, Ending::Rethrow) && !contains<ReturnFinder>(block))
    return HandlerRole::Rethrows;
  if (function.isMain() &&
      (endsBy(block, Ending::Leaves) || standsLast(function.getBody(), &attempt)))
    return HandlerRole::LeavesMain;
  return HandlerRole::Handles;
}

} // namespace

std::vector<Handler> handlersOf(ASTContext &context, const FunctionDecl &function,
                                const CXXTryStmt &attempt) {
  std::unique_ptr<MangleContext> mangler(context.createMangleContext());
  std::vector<Handler> handlers;
  for (unsigned i = 0; i < attempt.getNumHandlers(); ++i) {
    const CXXCatchStmt &caught = *attempt.getHandler(i);
    Handler handler;
    if (QualType type = caught.getCaughtType(); !type.isNull()) {
      llvm::raw_string_ostream name(handler.type);
      mangler->mangleCXXRTTI(type.getNonReferenceType().getCanonicalType().getUnqualifiedType(),
                             name);
    }
    handler.role = roleOf(function, attempt, caught);
    handlers.push_back(std::move(handler));
  }
  return handlers;
}

} // namespace jithost
