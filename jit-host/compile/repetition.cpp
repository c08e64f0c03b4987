// Looks through expressions and the bodies of the functions they call.
#include "repetition.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/StringSet.h>

using namespace clang;

namespace jithost {

bool hasEffects(const Stmt *statement) {
  if (!statement || isa<LambdaExpr>(statement))
    return false;
  if (isa<CallExpr, CXXNewExpr, CXXDeleteExpr, CXXThrowExpr>(statement))
    return true;
  if (auto *construct = dyn_cast<CXXConstructExpr>(statement))
    if (!construct->getConstructor()->isTrivial())
      return true;
  if (auto *binary = dyn_cast<BinaryOperator>(statement))
    if (binary->isAssignmentOp())
      return true;
  if (auto *unary = dyn_cast<UnaryOperator>(statement))
    if (unary->isIncrementDecrementOp())
      return true;
  for (const Stmt *child : statement->children())
    if (hasEffects(child))
      return true;
  return false;
}

namespace {

const llvm::StringSet<> kValueClasses{"basic_string", "vector",
                                      "pair",         "tuple",
                                      "optional",     "array",
                                      "map",          "set",
                                      "variant",      "complex",
                                      "function",     "allocator",
                                      "shared_ptr",   "basic_string_view",
                                      "less",         "initializer_list",
                                      "multimap",     "deque",
                                      "list"};

const llvm::StringSet<> kPureFunctions{"to_string", "min",  "max",   "make_pair", "make_tuple",
                                       "get",       "abs",  "sqrt",  "begin",     "end",
                                       "size",      "stoi", "clamp", "accumulate"};

const llvm::StringSet<> kAccess{"at", "begin", "end", "front", "back", "data", "value", "get"};

bool inStandardLibrary(const Decl *decl) {
  return decl->getDeclContext()->getEnclosingNamespaceContext()->isStdNamespace();
}

/// `decl` belongs to the function that is being looked at: nobody sees it afterwards.
bool isOwnVariable(const Expr *target, const FunctionDecl *function) {
  auto *reference = dyn_cast<DeclRefExpr>(target->IgnoreParenImpCasts());
  auto *variable = reference ? dyn_cast<VarDecl>(reference->getDecl()) : nullptr;
  return variable && variable->hasLocalStorage() && !variable->getType()->isReferenceType() &&
         function && variable->getDeclContext()->Equals(function);
}

class HarmlessCheck {
public:
  /// \param function whose body `statement` is, null for a statement by itself
  bool holds(const Stmt *statement, const FunctionDecl *function) {
    if (!statement)
      return true;
    if (isa<CXXNewExpr, CXXDeleteExpr, CXXThrowExpr, CoroutineSuspendExpr, AsmStmt, CXXTryStmt,
            CXXTypeidExpr, AtomicExpr>(statement))
      return false;
    if (auto *lambda = dyn_cast<LambdaExpr>(statement))
      return llvm::all_of(lambda->capture_inits(),
                          [&](const Expr *init) { return holds(init, function); });
    if (auto *binary = dyn_cast<BinaryOperator>(statement); binary && binary->isAssignmentOp())
      if (!mayWrite(binary->getLHS(), function, /*counts=*/false))
        return false;
    if (auto *unary = dyn_cast<UnaryOperator>(statement); unary && unary->isIncrementDecrementOp())
      if (!mayWrite(unary->getSubExpr(), function, /*counts=*/true))
        return false;
    if (auto *construct = dyn_cast<CXXConstructExpr>(statement))
      if (!mayConstruct(construct))
        return false;
    if (auto *call = dyn_cast<CallExpr>(statement))
      if (!mayCall(call))
        return false;
    return llvm::all_of(statement->children(),
                        [&](const Stmt *child) { return holds(child, function); });
  }

private:
  static bool mayWrite(const Expr *target, const FunctionDecl *function, bool counts) {
    if (isOwnVariable(target, function))
      return true;
    if (!isa_and_nonnull<CXXConstructorDecl>(function))
      return false;
    target = target->IgnoreParenImpCasts();
    if (auto *member = dyn_cast<MemberExpr>(target))
      return isa<CXXThisExpr>(member->getBase()->IgnoreParenImpCasts()) || counts;
    return counts;
  }

  bool mayConstruct(const CXXConstructExpr *construct) {
    const CXXConstructorDecl *constructor = construct->getConstructor();
    if (!argumentsStay(constructor, llvm::ArrayRef(construct->getArgs(), construct->getNumArgs())))
      return false;
    if (constructor->isTrivial() || constructor->isDefaulted())
      return true;
    if (inStandardLibrary(constructor))
      return constructor->getParent()->getIdentifier() &&
             kValueClasses.contains(constructor->getParent()->getName());
    return bodyIsHarmless(constructor);
  }

  bool mayCall(const CallExpr *call) {
    const FunctionDecl *callee = call->getDirectCallee();
    if (!callee)
      return false;
    if (callee->getIdentifier() && callee->getName().starts_with("__jit_host_"))
      return true; // a mark
    llvm::SmallVector<const Expr *, 4> arguments(call->arguments());
    auto *method = dyn_cast<CXXMethodDecl>(callee);
    if (isa<CXXOperatorCallExpr>(call) && method && !arguments.empty())
      arguments.erase(arguments.begin());
    if (!argumentsStay(callee, arguments))
      return false;
    return inStandardLibrary(callee) ? isPure(callee, method) : bodyIsHarmless(callee);
  }

  static bool isPure(const FunctionDecl *callee, const CXXMethodDecl *method) {
    if (!method)
      return callee->isOverloadedOperator()
                 ? callee->getOverloadedOperator() != OO_LessLess &&
                       callee->getOverloadedOperator() != OO_GreaterGreater
                 : callee->getIdentifier() && kPureFunctions.contains(callee->getName());
    const CXXRecordDecl *owner = method->getParent();
    if (!owner->getIdentifier() || !kValueClasses.contains(owner->getName()) ||
        owner->getName() == "function")
      return false;
    if (method->isStatic() || method->isConst())
      return true;
    if (method->getOverloadedOperator() == OO_Subscript)
      return owner->getName() != "map";
    return method->getIdentifier() && kAccess.contains(method->getName());
  }

  /// By value, or a reference that cannot be written through, or a temporary of this statement.
  static bool argumentsStay(const FunctionDecl *callee, llvm::ArrayRef<const Expr *> arguments) {
    if (callee->isVariadic())
      return false;
    for (unsigned i = 0; i < callee->getNumParams() && i < arguments.size(); ++i) {
      QualType type = callee->getParamDecl(i)->getType();
      QualType object = type->isPointerType() ? type->getPointeeType() : type.getNonReferenceType();
      bool fixed = !type->isPointerType() && !type->isReferenceType();
      bool temporary = type->isRValueReferenceType() &&
                       isa<MaterializeTemporaryExpr>(arguments[i]->IgnoreParens());
      if (!fixed && !temporary && !object.isConstQualified())
        return false;
    }
    return true;
  }

  bool bodyIsHarmless(const FunctionDecl *callee) {
    const FunctionDecl *definition = nullptr;
    const Stmt *body = callee->getBody(definition);
    auto *method = dyn_cast<CXXMethodDecl>(callee);
    if (!body || (method && method->isVirtual()))
      return false;
    // While a recursive function is being looked at, it does not speak against itself.
    auto [slot, fresh] = known_.try_emplace(definition, true);
    if (!fresh)
      return slot->second;
    bool harmless = holds(body, definition);
    if (auto *constructor = dyn_cast<CXXConstructorDecl>(definition))
      for (const CXXCtorInitializer *initialiser : constructor->inits())
        harmless = harmless && holds(initialiser->getInit(), definition);
    return known_[definition] = harmless;
  }

  llvm::DenseMap<const FunctionDecl *, bool> known_;
};

} // namespace

bool isHarmless(const Stmt *statement) {
  HarmlessCheck check;
  if (auto *choice = dyn_cast<IfStmt>(statement))
    return check.holds(choice->getConditionVariableDeclStmt(), nullptr) &&
           check.holds(choice->getInit(), nullptr) && check.holds(choice->getCond(), nullptr);
  if (auto *choice = dyn_cast<SwitchStmt>(statement))
    return check.holds(choice->getConditionVariableDeclStmt(), nullptr) &&
           check.holds(choice->getInit(), nullptr) && check.holds(choice->getCond(), nullptr);
  if (auto *loop = dyn_cast<WhileStmt>(statement))
    return check.holds(loop->getConditionVariableDeclStmt(), nullptr) &&
           check.holds(loop->getCond(), nullptr);
  if (auto *loop = dyn_cast<ForStmt>(statement))
    return check.holds(loop->getInit(), nullptr);
  if (isa<CompoundStmt, CXXForRangeStmt, DoStmt, CXXTryStmt>(statement))
    return true; // nothing of their own is evaluated
  return check.holds(statement, nullptr);
}

} // namespace jithost
