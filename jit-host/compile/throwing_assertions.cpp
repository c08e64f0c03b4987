// An assertion in vector::operator[] itself, or behind noexcept functions only: optional::operator*
// asks _M_get, string::front asks operator[]. What a library calls in between keeps its noexcept:
// there a failed assertion ends the program, as every exception would.
#include "throwing_assertions.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Basic/SourceManager.h>

using namespace clang;

namespace jithost {
namespace {

bool isAssertion(const FunctionDecl &function) {
  return function.getIdentifier() && function.getName() == "__glibcxx_assert_fail" &&
         function.isInStdNamespace();
}

bool isOfStandardLibrary(const FunctionDecl &function) {
  const DeclContext *around = function.getDeclContext();
  while (around->isRecord())
    around = around->getParent();
  return around->getEnclosingNamespaceContext()->isStdNamespace();
}

bool isNoexcept(const FunctionDecl &function) {
  auto *type = function.getType()->getAs<FunctionProtoType>();
  return type && !isUnresolvedExceptionSpec(type->getExceptionSpecType()) && type->isNothrow();
}

FunctionDecl *calleeOf(Stmt &part) {
  if (auto *call = dyn_cast<CallExpr>(&part))
    return call->getDirectCallee();
  if (auto *construction = dyn_cast<CXXConstructExpr>(&part))
    return construction->getConstructor();
  return nullptr;
}

} // namespace

void ThrowingAssertions::letThrow(FunctionDecl &callee) {
  if (context_.getSourceManager().isInSystemHeader(callee.getLocation()))
    asserts(callee);
}

bool ThrowingAssertions::asserts(FunctionDecl &function) {
  if (isAssertion(function)) {
    mayThrow(function);
    return true;
  }
  FunctionDecl *definition = function.getDefinition();
  if (!definition || !isOfStandardLibrary(*definition) || definition->isDependentContext())
    return false;
  auto [entry, fresh] = known_.try_emplace(definition, false); // false while it is looked at
  if (!fresh)
    return entry->second;
  Stmt *body = definition->getBody();
  if (!body || !assertsInside(*body))
    return false;
  mayThrow(*definition);
  return known_[definition] = true;
}

bool ThrowingAssertions::assertsInside(Stmt &part) {
  bool found = false;
  if (FunctionDecl *callee = calleeOf(part))
    if (isAssertion(*callee) || isNoexcept(*callee))
      found = asserts(*callee);
  for (Stmt *child : part.children())
    if (child && !isa<LambdaExpr>(child))
      found |= assertsInside(*child);
  return found;
}

void ThrowingAssertions::mayThrow(FunctionDecl &function) {
  for (FunctionDecl *declaration : function.redecls())
    if (isNoexcept(*declaration))
      declaration->setType(context_.getFunctionTypeWithExceptionSpec(
          declaration->getType(), FunctionProtoType::ExceptionSpecInfo(EST_None)));
}

} // namespace jithost
