// Guards and points, put into clang's AST before code is generated from it.
//
// Every statement S of a program function becomes
//
//     { unsigned guard __attribute__((cleanup(guard_cleanup))) = point(ID, &a, &b, ...);  S }
//
// and a declaration keeps its scope, with the guard in front of it. Clang then runs the guard's
// cleanup on the exception path exactly after the temporaries of S are destroyed and before any
// named variable is: that is the place where a run can pause and go on. The capture pass
// (instrument/) turns exception-path cleanups into calls of the runtime and deletes everything
// else, so nothing of this is left on the normal path.
//
// Conditions and increments of loops become GNU statement expressions with a guard inside. A
// range-for is spelled out (range, begin, end, plain for), so that each of its parts is a statement
// of its own.
//
// Every handler begins with `if (passes_handler()) throw;`: a failure on its way to a statement
// further out is not for it.
//
// The body of a noexcept function becomes `try { body } catch (...) { terminates(); }`: directly
// inside a noexcept function clang runs no cleanups, so there would be no guards.
//
// Not marked: constexpr functions (their bodies are evaluated by clang), coroutines,
// and functions with computed goto, VLAs or setjmp: they run unchanged, and a failure in them is
// their caller's.
#include "function_marker.h"

#include "handler_roles.h"
#include "marker_names.h"
#include "type_names.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTLambda.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

using namespace clang;

namespace jithost {
namespace {

FunctionDecl *declare(ASTContext &context, const char *name, QualType type) {
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

/// True when evaluating `statement` calls or assigns something, lambda bodies left out.
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

/// Marks one function: rewrites its body and fills its table.
class FunctionMarker {
public:
  FunctionMarker(ASTContext &context, MarkerFunctions &functions, SourceText &text,
                 FunctionDecl *function, FunctionTable &table)
      : context_(context), functions_(functions), text_(text), function_(function), table_(table) {}

  void mark() {
    if (auto *method = dyn_cast<CXXMethodDecl>(function_))
      if (method->isInstance() && !isLambdaCallOperator(method))
        addPseudoVariable(kThisName, method->getThisType());
    for (ParmVarDecl *parameter : function_->parameters())
      addVariable(parameter, 0);
    Stmt *body = function_->getBody();
    text_.enterFunction(body);
    if (auto *attempt = dyn_cast<CXXTryStmt>(body)) // function try block
      function_->setBody(transformTry(attempt, 0, 0));
    else
      function_->setBody(transformBlock(body, 0, 0));
    if (table_.terminates && !isa<CXXTryStmt>(function_->getBody()))
      function_->setBody(terminating(function_->getBody()));
  }

private:
  // --- the table ---

  uint32_t addStatement(StatementKind kind, const Stmt *source, uint32_t parent, uint32_t block) {
    Statement statement;
    statement.id = table_.statements.size() + 1;
    statement.parent = parent;
    statement.block = block;
    statement.kind = kind;
    statement.scope = scope_;
    text_.locate(*source, statement);
    table_.statements.push_back(std::move(statement));
    return table_.statements.back().id;
  }

  uint32_t lastStatement() const { return table_.statements.size(); }
  Statement &statement(uint32_t id) { return table_.statements[id - 1]; }

  void addVariable(VarDecl *variable, uint32_t declared_by) {
    if (!variable->hasLocalStorage() || variable->getType()->isDependentType())
      return;
    if (isa<ParmVarDecl>(variable) && !variable->getIdentifier())
      return; // nothing can use it
    Variable entry;
    entry.name = variableName(variable);
    describeType(context_, variable->getType(), entry);
    entry.declared_by = declared_by;
    variables_.push_back(variable);
    scope_.push_back(table_.variables.size());
    table_.variables.push_back(std::move(entry));
    if (auto *group = dyn_cast<DecompositionDecl>(variable))
      for (BindingDecl *binding : group->bindings())
        if (VarDecl *holder = binding->getHoldingVar())
          addVariable(holder, declared_by);
  }

  void addPseudoVariable(const char *name, QualType type) {
    Variable entry;
    entry.name = name;
    if (!type.isNull())
      describeType(context_, type, entry);
    variables_.push_back(nullptr);
    scope_.push_back(table_.variables.size());
    table_.variables.push_back(std::move(entry));
  }

  // --- AST pieces ---

  Expr *reference(ValueDecl *decl, QualType type, SourceLocation place) {
    return DeclRefExpr::Create(context_, NestedNameSpecifierLoc(), SourceLocation(), decl, false,
                               place, type.getNonReferenceType(), VK_LValue);
  }

  /// `unsigned guard = point(ID, &var...)` as a declaration statement.
  DeclStmt *guard(uint32_t id, SourceLocation place) {
    QualType unsigned_type = context_.UnsignedIntTy;
    llvm::SmallVector<Expr *, 16> arguments;
    arguments.push_back(
        IntegerLiteral::Create(context_, llvm::APInt(32, id), unsigned_type, place));
    for (uint32_t index : statement(id).scope)
      if (VarDecl *variable = variables_[index])
        arguments.push_back(addressOf(variable, place));
    Expr *call = callOf(functions_.point, arguments, place);
    auto *variable =
        VarDecl::Create(context_, function_, place, place, &context_.Idents.get("__jit_host_guard"),
                        unsigned_type, context_.getTrivialTypeSourceInfo(unsigned_type), SC_None);
    variable->setInit(call);
    variable->setIsUsed();
    variable->addAttr(CleanupAttr::CreateImplicit(context_, functions_.cleanup));
    return new (context_) DeclStmt(DeclGroupRef(variable), place, place);
  }

  Expr *callOf(FunctionDecl *function, llvm::ArrayRef<Expr *> arguments, SourceLocation place) {
    Expr *callee = ImplicitCastExpr::Create(
        context_, context_.getPointerType(function->getType()), CK_FunctionToPointerDecay,
        reference(function, function->getType(), place), nullptr, VK_PRValue, FPOptionsOverride());
    return CallExpr::Create(context_, callee, arguments, function->getReturnType(), VK_PRValue,
                            place, FPOptionsOverride());
  }

  Stmt *terminating(Stmt *body) {
    Stmt *call = callOf(functions_.terminates, {}, body->getEndLoc());
    auto *handler = new (context_) CXXCatchStmt(body->getEndLoc(), nullptr, compound(call, body));
    Stmt *attempt =
        CXXTryStmt::Create(context_, body->getBeginLoc(), cast<CompoundStmt>(body), {handler});
    return compound(attempt, body);
  }

  /// `if (passes_handler()) throw;`
  Stmt *letPass(SourceLocation place) {
    Expr *passes = ImplicitCastExpr::Create(context_, context_.BoolTy, CK_IntegralToBoolean,
                                            callOf(functions_.passes_handler, {}, place), nullptr,
                                            VK_PRValue, FPOptionsOverride());
    Stmt *rethrow = new (context_) CXXThrowExpr(nullptr, context_.VoidTy, place, false);
    return IfStmt::Create(context_, place, IfStatementKind::Ordinary, nullptr, nullptr, passes,
                          place, place, rethrow);
  }

  Expr *addressOf(VarDecl *variable, SourceLocation place) {
    QualType type = variable->getType().getNonReferenceType();
    return UnaryOperator::Create(context_, reference(variable, variable->getType(), place),
                                 UO_AddrOf, context_.getPointerType(type), VK_PRValue, OK_Ordinary,
                                 place, false, FPOptionsOverride());
  }

  CompoundStmt *compound(llvm::ArrayRef<Stmt *> statements, const Stmt *like) {
    FPOptionsOverride options;
    if (auto *old = dyn_cast<CompoundStmt>(like))
      if (old->hasStoredFPFeatures())
        options = old->getStoredFPFeatures();
    return CompoundStmt::Create(context_, statements, options, like->getBeginLoc(),
                                like->getEndLoc());
  }

  /// A loop's condition or increment with a guard of its own.
  Expr *guardedExpression(Expr *expression, StatementKind kind, uint32_t loop) {
    if (!expression || expression->isValueDependent() ||
        (kind == StatementKind::Condition && expression->isEvaluatable(context_)))
      return expression;
    uint32_t id = addStatement(kind, expression, loop, kHeaderBlock);
    statement(id).text = text_.tokens(*expression);
    statement(id).calls = hasEffects(expression);
    Stmt *pieces[] = {guard(id, expression->getBeginLoc()), expression};
    QualType type = kind == StatementKind::Condition ? expression->getType() : context_.VoidTy;
    return new (context_) StmtExpr(compound(pieces, expression), type, expression->getBeginLoc(),
                                   expression->getEndLoc(), 0);
  }

  // --- statements ---

  /// The statements of a block, guarded, with the End at its closing brace. Leaves the scope as it
  /// was.
  CompoundStmt *transformBlock(Stmt *body, uint32_t parent, uint32_t block) {
    auto scope = scope_;
    llvm::SmallVector<Stmt *, 16> result;
    transformChildren(body, parent, block, result);
    uint32_t end = addStatement(StatementKind::End, body, parent, block);
    text_.locateEnd(*body, statement(end));
    Stmt *pieces[] = {guard(end, body->getEndLoc()), new (context_) NullStmt(body->getEndLoc())};
    result.push_back(compound(pieces, body));
    scope_ = std::move(scope);
    return compound(result, body);
  }

  void transformChildren(Stmt *body, uint32_t parent, uint32_t block,
                         llvm::SmallVectorImpl<Stmt *> &result) {
    auto *list = dyn_cast<CompoundStmt>(body);
    if (!list)
      return transform(body, parent, block, true, result);
    llvm::SmallVector<Stmt *, 16> children(list->body());
    for (size_t i = 0; i < children.size(); ++i) {
      bool label_follows = std::any_of(children.begin() + i, children.end(),
                                       [](Stmt *s) { return isa<SwitchCase, LabelStmt>(s); });
      transform(children[i], parent, block, !label_follows, result);
    }
  }

  Stmt *transformOne(Stmt *source, uint32_t parent, uint32_t block) {
    llvm::SmallVector<Stmt *, 2> result;
    transform(source, parent, block, false, result);
    return result.size() == 1 ? result[0] : compound(result, source);
  }

  /// Appends the marked form of `source`. Declarations that a jump may skip stay without a guard.
  void transform(Stmt *source, uint32_t parent, uint32_t block, bool guard_declarations,
                 llvm::SmallVectorImpl<Stmt *> &result) {
    if (auto *label = dyn_cast<LabelStmt>(source)) {
      label->setSubStmt(transformOne(label->getSubStmt(), parent, block));
      return result.push_back(label);
    }
    if (auto *one = dyn_cast<SwitchCase>(source)) {
      uint32_t first = lastStatement() + 1;
      std::string label = text_.tokensBefore(*one, one->getSubStmt()->getBeginLoc());
      Stmt *inner = transformOne(one->getSubStmt(), parent, block);
      if (first <= lastStatement())
        statement(first).labels = label + statement(first).labels;
      if (auto *named = dyn_cast<CaseStmt>(one))
        named->setSubStmt(inner);
      else
        cast<DefaultStmt>(one)->setSubStmt(inner);
      return result.push_back(one);
    }
    if (isa<NullStmt>(source))
      return result.push_back(source);
    if (auto *declaration = dyn_cast<DeclStmt>(source))
      return transformDeclaration(declaration, parent, block, guard_declarations, result);
    if (auto *attributed = dyn_cast<AttributedStmt>(source)) {
      if (isa<NullStmt>(attributed->getSubStmt()))
        return result.push_back(source);
      return transform(attributed->getSubStmt(), parent, block, guard_declarations, result);
    }
    uint32_t id = addStatement(kindOf(source), source, parent, block);
    DeclStmt *own_guard = guard(id, source->getBeginLoc());
    Stmt *pieces[] = {own_guard, transformInside(source, id)};
    result.push_back(compound(pieces, source));
  }

  void transformDeclaration(DeclStmt *source, uint32_t parent, uint32_t block, bool guarded,
                            llvm::SmallVectorImpl<Stmt *> &result) {
    bool declares = llvm::any_of(source->decls(), [](Decl *d) { return isa<VarDecl>(d); });
    if (!declares)
      return result.push_back(source);
    uint32_t id = 0;
    if (guarded) {
      id = addStatement(StatementKind::Declaration, source, parent, block);
      statement(id).text = text_.tokens(*source);
      statement(id).calls = hasEffects(source);
      result.push_back(guard(id, source->getBeginLoc()));
    }
    result.push_back(source);
    declareVariables(source, id);
  }

  void declareVariables(Stmt *source, uint32_t id) {
    if (auto *declaration = dyn_cast_or_null<DeclStmt>(source))
      for (Decl *decl : declaration->decls())
        if (auto *variable = dyn_cast<VarDecl>(decl))
          addVariable(variable, id);
  }

  static StatementKind kindOf(const Stmt *source) {
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

  Stmt *transformInside(Stmt *source, uint32_t id) {
    auto scope = scope_;
    Stmt *result = source;
    statement(id).text = text_.tokensWithoutBlocks(*source);
    if (isa<CompoundStmt>(source))
      result = transformBlock(source, id, 0);
    else if (auto *choice = dyn_cast<IfStmt>(source))
      transformIf(choice, id);
    else if (auto *loop = dyn_cast<ForStmt>(source))
      transformFor(loop, id);
    else if (auto *range = dyn_cast<CXXForRangeStmt>(source))
      result = transformRangeFor(range, id);
    else if (auto *loop = dyn_cast<WhileStmt>(source))
      transformWhile(loop, id);
    else if (auto *loop = dyn_cast<DoStmt>(source))
      transformDo(loop, id);
    else if (auto *choice = dyn_cast<SwitchStmt>(source))
      transformSwitch(choice, id);
    else if (auto *attempt = dyn_cast<CXXTryStmt>(source))
      result = transformTry(attempt, id, 0);
    else
      statement(id).calls = hasEffects(source);
    scope_ = std::move(scope);
    return result;
  }

  void transformIf(IfStmt *choice, uint32_t id) {
    statement(id).calls = hasEffects(choice->getInit()) || hasEffects(choice->getCond());
    if (choice->isConsteval())
      return;
    declareVariables(choice->getInit(), id);
    declareVariables(choice->getConditionVariableDeclStmt(), id);
    choice->setThen(transformBlock(choice->getThen(), id, 0));
    if (Stmt *otherwise = choice->getElse())
      choice->setElse(transformBlock(otherwise, id, 1));
  }

  void transformFor(ForStmt *loop, uint32_t id) {
    statement(id).calls = hasEffects(loop->getInit());
    declareVariables(loop->getInit(), id);
    if (loop->getConditionVariable())
      declareVariables(loop->getConditionVariableDeclStmt(), id);
    else
      loop->setCond(guardedExpression(loop->getCond(), StatementKind::Condition, id));
    loop->setInc(guardedExpression(loop->getInc(), StatementKind::Increment, id));
    loop->setBody(transformBlock(loop->getBody(), id, 0));
  }

  void transformWhile(WhileStmt *loop, uint32_t id) {
    statement(id).calls = hasEffects(loop->getCond());
    declareVariables(loop->getConditionVariableDeclStmt(), id);
    loop->setBody(transformBlock(loop->getBody(), id, 0));
  }

  void transformDo(DoStmt *loop, uint32_t id) {
    loop->setBody(transformBlock(loop->getBody(), id, 0));
    loop->setCond(guardedExpression(loop->getCond(), StatementKind::Condition, id));
  }

  void transformSwitch(SwitchStmt *choice, uint32_t id) {
    statement(id).calls = hasEffects(choice->getInit()) || hasEffects(choice->getCond());
    declareVariables(choice->getInit(), id);
    declareVariables(choice->getConditionVariableDeclStmt(), id);
    choice->setBody(transformBlock(choice->getBody(), id, 0));
  }

  Stmt *transformTry(CXXTryStmt *attempt, uint32_t parent, uint32_t block) {
    (parent == 0 ? table_.handlers : statement(parent).handlers) =
        handlersOf(context_, *function_, *attempt);
    CompoundStmt *body = transformBlock(attempt->getTryBlock(), parent, block);
    llvm::SmallVector<Stmt *, 4> handlers;
    for (unsigned i = 0; i < attempt->getNumHandlers(); ++i) {
      CXXCatchStmt *handler = attempt->getHandler(i);
      auto scope = scope_;
      addPseudoVariable(kCatchName, QualType());
      if (VarDecl *exception = handler->getExceptionDecl())
        if (exception->getIdentifier())
          addVariable(exception, parent);
      Stmt *pieces[] = {letPass(handler->getHandlerBlock()->getBeginLoc()),
                        transformBlock(handler->getHandlerBlock(), parent, block + 1 + i)};
      Stmt *inner = compound(pieces, handler->getHandlerBlock());
      scope_ = std::move(scope);
      handlers.push_back(
          new (context_) CXXCatchStmt(handler->getCatchLoc(), handler->getExceptionDecl(), inner));
    }
    return CXXTryStmt::Create(context_, attempt->getTryLoc(), body, handlers);
  }

  /// for (T x : range) body  ==>  { range; begin; end; for (; condition; increment) { T x; body } }
  Stmt *transformRangeFor(CXXForRangeStmt *loop, uint32_t id) {
    llvm::SmallVector<Stmt *, 8> pieces;
    if (Stmt *init = loop->getInit())
      transform(init, id, kHeaderBlock, true, pieces);
    uint32_t hidden = lastStatement() + 1;
    for (DeclStmt *part : {loop->getRangeStmt(), loop->getBeginStmt(), loop->getEndStmt()})
      transform(part, id, kHeaderBlock, true, pieces);
    Expr *condition = guardedExpression(loop->getCond(), StatementKind::Condition, id);
    Expr *increment = guardedExpression(loop->getInc(), StatementKind::Increment, id);
    // Clang places what the user did not write at the range or the colon: the text is said here.
    for (uint32_t part = hidden; part <= lastStatement(); ++part)
      statement(part).text.clear();
    statement(hidden).text = text_.tokens(*loop->getRangeInit());
    auto scope = scope_;
    llvm::SmallVector<Stmt *, 16> body;
    uint32_t variable = lastStatement() + 1;
    transform(loop->getLoopVarStmt(), id, 0, true, body);
    statement(variable).text = text_.tokensBefore(*loop->getLoopVarStmt(), loop->getColonLoc());
    body.push_back(transformBlock(loop->getBody(), id, 0));
    scope_ = std::move(scope);
    pieces.push_back(new (context_) ForStmt(context_, nullptr, condition, nullptr, increment,
                                            compound(body, loop->getBody()), loop->getForLoc(),
                                            loop->getColonLoc(), loop->getRParenLoc()));
    return compound(pieces, loop);
  }

  ASTContext &context_;
  MarkerFunctions &functions_;
  SourceText &text_;
  FunctionDecl *function_;
  FunctionTable &table_;
  std::vector<VarDecl *> variables_; // beside table_.variables; null for pseudo variables
  std::vector<uint32_t> scope_;
};

} // namespace

MarkerFunctions::MarkerFunctions(ASTContext &context) {
  QualType unsigned_type = context.UnsignedIntTy;
  FunctionProtoType::ExtProtoInfo variadic;
  variadic.Variadic = true;
  point = declare(context, kPointFunction,
                  context.getFunctionType(unsigned_type, {unsigned_type}, variadic));
  cleanup =
      declare(context, kGuardCleanupFunction,
              context.getFunctionType(context.VoidTy, {context.getPointerType(unsigned_type)}, {}));
  FunctionProtoType::ExtProtoInfo never_throws;
  never_throws.ExceptionSpec.Type = EST_BasicNoexcept;
  passes_handler = declare(context, kPassesHandlerFunction,
                           context.getFunctionType(context.IntTy, {}, never_throws));
  terminates = declare(context, kTerminatesFunction,
                       context.getFunctionType(context.VoidTy, {}, never_throws));
  terminates->addAttr(NoReturnAttr::CreateImplicit(context));
}

void markFunction(ASTContext &context, MarkerFunctions &functions, SourceText &text,
                  FunctionDecl *function, FunctionTable &table) {
  FunctionMarker(context, functions, text, function, table).mark();
}

} // namespace jithost
