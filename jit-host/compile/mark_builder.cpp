// Builds what clang's parser would have built for the marks.
#include "mark_builder.h"

#include "marker_names.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

using namespace clang;

namespace jithost {

FunctionDecl *declareMarker(ASTContext &context, const char *name, QualType type) {
  TranslationUnitDecl *unit = context.getTranslationUnitDecl();
  auto *linkage = LinkageSpecDecl::Create(context, unit, {}, {}, LinkageSpecLanguageIDs::C, false);
  auto *function = FunctionDecl::Create(context, linkage, {}, {}, &context.Idents.get(name), type,
                                        context.getTrivialTypeSourceInfo(type), SC_Extern);
  llvm::SmallVector<ParmVarDecl *, 1> parameters;
  for (QualType parameter : type->castAs<FunctionProtoType>()->param_types())
    parameters.push_back(ParmVarDecl::Create(context, function, {}, {}, nullptr, parameter,
                                             context.getTrivialTypeSourceInfo(parameter), SC_None,
                                             nullptr));
  function->setParams(parameters);
  return function;
}

MarkerFunctions::MarkerFunctions(ASTContext &context, const Markings &wanted) {
  QualType unsigned_type = context.UnsignedIntTy;
  FunctionProtoType::ExtProtoInfo variadic;
  variadic.Variadic = true;
  point = declareMarker(context, kPointFunction,
                        context.getFunctionType(unsigned_type, {unsigned_type}, variadic));
  cleanup = declareMarker(
      context, kGuardCleanupFunction,
      context.getFunctionType(context.VoidTy, {context.getPointerType(unsigned_type)}, {}));
  FunctionProtoType::ExtProtoInfo never_throws;
  never_throws.ExceptionSpec.Type = EST_BasicNoexcept;
  passes_handler = declareMarker(context, kPassesHandlerFunction,
                                 context.getFunctionType(context.IntTy, {}, never_throws));
  terminates = declareMarker(context, kTerminatesFunction,
                             context.getFunctionType(context.VoidTy, {}, never_throws));
  terminates->addAttr(NoReturnAttr::CreateImplicit(context));
  if (wanted.injection)
    step =
        declareMarker(context, kStepFunction,
                      context.getFunctionType(
                          context.VoidTy,
                          {context.getPointerType(context.CharTy.withConst()), unsigned_type}, {}));
  if (wanted.checks) {
    missing_return = declareMarker(context, kFailedReturnFunction,
                                   context.getFunctionType(context.VoidTy, {}, {}));
    missing_return->addAttr(NoReturnAttr::CreateImplicit(context));
  }
}

Expr *MarkBuilder::reference(ValueDecl *decl, QualType type, SourceLocation place) {
  return DeclRefExpr::Create(context_, NestedNameSpecifierLoc(), SourceLocation(), decl, false,
                             place, type.getNonReferenceType(), VK_LValue);
}

Expr *MarkBuilder::addressOf(VarDecl *variable, SourceLocation place) {
  QualType type = variable->getType().getNonReferenceType();
  return UnaryOperator::Create(context_, reference(variable, variable->getType(), place), UO_AddrOf,
                               context_.getPointerType(type), VK_PRValue, OK_Ordinary, place, false,
                               FPOptionsOverride());
}

Expr *MarkBuilder::number(uint32_t value, SourceLocation place) {
  return IntegerLiteral::Create(context_, llvm::APInt(32, value), context_.UnsignedIntTy, place);
}

Expr *MarkBuilder::call(FunctionDecl *function, llvm::ArrayRef<Expr *> arguments,
                        SourceLocation place) {
  Expr *callee = ImplicitCastExpr::Create(
      context_, context_.getPointerType(function->getType()), CK_FunctionToPointerDecay,
      reference(function, function->getType(), place), nullptr, VK_PRValue, FPOptionsOverride());
  return CallExpr::Create(context_, callee, arguments, function->getReturnType(), VK_PRValue, place,
                          FPOptionsOverride());
}

DeclStmt *MarkBuilder::guard(uint32_t id, llvm::ArrayRef<VarDecl *> in_scope,
                             SourceLocation place) {
  QualType unsigned_type = context_.UnsignedIntTy;
  llvm::SmallVector<Expr *, 16> arguments{number(id, place)};
  for (VarDecl *variable : in_scope)
    arguments.push_back(addressOf(variable, place));
  auto *variable =
      VarDecl::Create(context_, function_, place, place, &context_.Idents.get("__jit_host_guard"),
                      unsigned_type, context_.getTrivialTypeSourceInfo(unsigned_type), SC_None);
  variable->setInit(call(functions_.point, arguments, place));
  variable->setIsUsed();
  variable->addAttr(CleanupAttr::CreateImplicit(context_, functions_.cleanup));
  return new (context_) DeclStmt(DeclGroupRef(variable), place, place);
}

Stmt *MarkBuilder::step(const std::string &site, bool harmless, SourceLocation place) {
  QualType text = context_.getStringLiteralArrayType(context_.CharTy, site.size());
  Expr *literal = StringLiteral::Create(context_, site, StringLiteralKind::Ordinary,
                                        /*Pascal=*/false, text, place);
  Expr *pointer = ImplicitCastExpr::Create(
      context_, context_.getPointerType(context_.CharTy.withConst()), CK_ArrayToPointerDecay,
      literal, nullptr, VK_PRValue, FPOptionsOverride());
  return call(functions_.step, {pointer, number(harmless, place)}, place);
}

Stmt *MarkBuilder::endOfFunction(SourceLocation place) {
  QualType result = function_->getReturnType();
  bool returns = result->isVoidType() || function_->isMain() || function_->isNoReturn();
  if (returns || !functions_.missing_return)
    return new (context_) NullStmt(place);
  return call(functions_.missing_return, {}, place);
}

Stmt *MarkBuilder::terminating(Stmt *body) {
  Stmt *end = call(functions_.terminates, {}, body->getEndLoc());
  auto *handler = new (context_) CXXCatchStmt(body->getEndLoc(), nullptr, compound(end, body));
  Stmt *attempt =
      CXXTryStmt::Create(context_, body->getBeginLoc(), cast<CompoundStmt>(body), {handler});
  return compound(attempt, body);
}

Stmt *MarkBuilder::letPass(SourceLocation place) {
  Expr *passes = ImplicitCastExpr::Create(context_, context_.BoolTy, CK_IntegralToBoolean,
                                          call(functions_.passes_handler, {}, place), nullptr,
                                          VK_PRValue, FPOptionsOverride());
  Stmt *rethrow = new (context_) CXXThrowExpr(nullptr, context_.VoidTy, place, false);
  return IfStmt::Create(context_, place, IfStatementKind::Ordinary, nullptr, nullptr, passes, place,
                        place, rethrow);
}

CompoundStmt *MarkBuilder::compound(llvm::ArrayRef<Stmt *> statements, const Stmt *like) {
  FPOptionsOverride options;
  if (auto *old = dyn_cast<CompoundStmt>(like))
    if (old->hasStoredFPFeatures())
      options = old->getStoredFPFeatures();
  return CompoundStmt::Create(context_, statements, options, like->getBeginLoc(),
                              like->getEndLoc());
}

} // namespace jithost
