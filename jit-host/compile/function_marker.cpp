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
#include "repetition.h"
#include "statement_shape.h"
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

/// Marks one function: rewrites its body and fills its table.
class FunctionMarker {
public:
  FunctionMarker(ASTContext &context, const MarkerFunctions &functions, SourceText &text,
                 FunctionDecl *function, FunctionTable &table)
      : context_(context), build_(context, functions, function), text_(text), function_(function),
        table_(table) {}

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
      function_->setBody(build_.terminating(function_->getBody()));
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

  // --- marks ---

  /// The guard of statement `id`, which is `source`, and behind it the step where injection can
  /// throw.
  void mark(uint32_t id, const Stmt *source, SourceLocation place,
            llvm::SmallVectorImpl<Stmt *> &result) {
    llvm::SmallVector<VarDecl *, 16> in_scope;
    for (uint32_t index : statement(id).scope)
      if (VarDecl *variable = variables_[index])
        in_scope.push_back(variable);
    result.push_back(build_.guard(id, in_scope, place));
    if (!source || !build_.injection())
      return; // nothing can fail at the end of a block
    const Statement &marked = statement(id);
    std::string site = table_.symbol + "|" + std::to_string(id) + "|" +
                       std::to_string(marked.begin_line) + "|" +
                       std::to_string(static_cast<int>(marked.kind));
    result.push_back(build_.step(site, isHarmless(source), place));
  }

  /// A loop's condition or increment with a guard of its own.
  Expr *guardedExpression(Expr *expression, StatementKind kind, uint32_t loop) {
    if (!expression || expression->isValueDependent() ||
        (kind == StatementKind::Condition && expression->isEvaluatable(context_)))
      return expression;
    uint32_t id = addStatement(kind, expression, loop, kHeaderBlock);
    statement(id).text = text_.tokens(*expression);
    statement(id).calls = hasEffects(expression);
    llvm::SmallVector<Stmt *, 3> pieces;
    mark(id, expression, expression->getBeginLoc(), pieces);
    pieces.push_back(expression);
    QualType type = kind == StatementKind::Condition ? expression->getType() : context_.VoidTy;
    return new (context_) StmtExpr(build_.compound(pieces, expression), type,
                                   expression->getBeginLoc(), expression->getEndLoc(), 0);
  }

  // --- statements ---

  /// The statements of a block, guarded, with the End at its closing brace. Leaves the scope as it
  /// was.
  CompoundStmt *transformBlock(Stmt *body, uint32_t parent, uint32_t block) {
    auto scope = scope_;
    llvm::SmallVector<Stmt *, 16> result;
    label_follows_ = false;
    transformChildren(body, parent, block, result);
    uint32_t end = addStatement(StatementKind::End, body, parent, block);
    text_.locateEnd(*body, statement(end));
    llvm::SmallVector<Stmt *, 3> pieces;
    mark(end, nullptr, body->getEndLoc(), pieces);
    pieces.push_back(parent == 0 && block == 0 ? build_.endOfFunction(body->getEndLoc())
                                               : new (context_) NullStmt(body->getEndLoc()));
    result.push_back(build_.compound(pieces, body));
    scope_ = std::move(scope);
    return build_.compound(result, body);
  }

  void transformChildren(Stmt *body, uint32_t parent, uint32_t block,
                         llvm::SmallVectorImpl<Stmt *> &result) {
    auto *list = dyn_cast<CompoundStmt>(body);
    if (!list)
      return transform(body, parent, block, result);
    llvm::SmallVector<Stmt *, 16> children(list->body());
    for (size_t i = 0; i < children.size(); ++i) {
      label_follows_ = std::any_of(children.begin() + i, children.end(),
                                   [](Stmt *s) { return isa<SwitchCase, LabelStmt>(s); });
      transform(children[i], parent, block, result);
    }
  }

  Stmt *transformOne(Stmt *source, uint32_t parent, uint32_t block) {
    llvm::SmallVector<Stmt *, 2> result;
    transform(source, parent, block, result);
    return result.size() == 1 ? result[0] : build_.compound(result, source);
  }

  /// Appends the marked form of `source`.
  void transform(Stmt *source, uint32_t parent, uint32_t block,
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
      return transformDeclaration(declaration, parent, block, result);
    if (auto *attributed = dyn_cast<AttributedStmt>(source)) {
      if (isa<NullStmt>(attributed->getSubStmt()))
        return result.push_back(source);
      loop_attributes_ = attributed->getAttrs();
      return transform(attributed->getSubStmt(), parent, block, result);
    }
    uint32_t id = addStatement(kindOf(source), source, parent, block);
    llvm::SmallVector<Stmt *, 3> pieces;
    mark(id, source, source->getBeginLoc(), pieces);
    pieces.push_back(transformInside(source, id));
    result.push_back(build_.compound(pieces, source));
  }

  /// Each declarator is a statement of its own: `int a = f(), b = g();` runs f once when g fails.
  void transformDeclaration(DeclStmt *source, uint32_t parent, uint32_t block,
                            llvm::SmallVectorImpl<Stmt *> &result) {
    auto variables = llvm::count_if(source->decls(), [](Decl *d) { return isa<VarDecl>(d); });
    if (variables == 0)
      return result.push_back(source);
    if (variables == 1)
      return declare(source, text_.tokens(*source), parent, block, result);
    SourceLocation begin = source->getBeginLoc();
    for (Decl *decl : source->decls()) {
      auto *part = new (context_) DeclStmt(DeclGroupRef(decl), begin, decl->getEndLoc());
      if (isa<VarDecl>(decl))
        declare(part, text_.tokens(*part), parent, block, result);
      else
        result.push_back(part);
      begin = text_.behind(decl->getEndLoc());
    }
  }

  void declare(DeclStmt *source, std::string text, uint32_t parent, uint32_t block,
               llvm::SmallVectorImpl<Stmt *> &result) {
    uint32_t id = 0;
    if (!label_follows_ || !mayBeJumpedOver(source)) {
      id = addStatement(StatementKind::Declaration, source, parent, block);
      statement(id).text = std::move(text);
      statement(id).calls = hasEffects(source);
      mark(id, source, source->getBeginLoc(), result);
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

  Stmt *transformInside(Stmt *source, uint32_t id) {
    auto scope = scope_;
    llvm::ArrayRef<const Attr *> attributes = std::exchange(loop_attributes_, {});
    Stmt *result = source;
    statement(id).text = text_.tokensWithoutBlocks(*source);
    if (isa<CompoundStmt>(source))
      result = transformBlock(source, id, 0);
    else if (auto *choice = dyn_cast<IfStmt>(source))
      result = transformIf(choice, id);
    else if (auto *loop = dyn_cast<ForStmt>(source))
      transformFor(loop, id);
    else if (auto *range = dyn_cast<CXXForRangeStmt>(source))
      return transformRangeFor(range, id, attributes);
    else if (auto *loop = dyn_cast<WhileStmt>(source))
      transformWhile(loop, id);
    else if (auto *loop = dyn_cast<DoStmt>(source))
      transformDo(loop, id);
    else if (auto *choice = dyn_cast<SwitchStmt>(source))
      result = transformSwitch(choice, id);
    else if (auto *attempt = dyn_cast<CXXTryStmt>(source))
      result = transformTry(attempt, id, 0);
    else
      statement(id).calls = hasEffects(source);
    scope_ = std::move(scope);
    bool keeps = isa<ForStmt, WhileStmt, DoStmt, Expr, ReturnStmt>(result);
    return keeps ? attributed(result, attributes) : result;
  }

  /// `#pragma unroll` belongs to the loop itself, `[[clang::noinline]]` to the calls.
  Stmt *attributed(Stmt *bare, llvm::ArrayRef<const Attr *> attributes) {
    return attributes.empty()
               ? bare
               : AttributedStmt::Create(context_, bare->getBeginLoc(), attributes, bare);
  }

  /// A branch of an `if`, which may be `[[likely]]`.
  Stmt *transformBranch(Stmt *branch, uint32_t id, uint32_t block) {
    auto *hinted = dyn_cast<AttributedStmt>(branch);
    bool hint = hinted && Stmt::getLikelihood(branch) != Stmt::LH_None;
    Stmt *inner = transformBlock(branch, id, block);
    return hint ? attributed(inner, hinted->getAttrs()) : inner;
  }

  Stmt *transformIf(IfStmt *choice, uint32_t id) {
    if (choice->isConsteval())
      return choice;
    llvm::SmallVector<Stmt *, 6> pieces = separateInit(choice, id);
    declareVariables(choice->getConditionVariableDeclStmt(), id);
    choice->setThen(transformBranch(choice->getThen(), id, 0));
    if (Stmt *otherwise = choice->getElse())
      choice->setElse(transformBranch(otherwise, id, 1));
    return withInit(pieces, choice);
  }

  /// `if (init; condition)` becomes `{ init; if (condition) }`: what the initialiser has done is
  /// not done again when the condition fails.
  template <typename Choice>
  llvm::SmallVector<Stmt *, 6> separateInit(Choice *choice, uint32_t id) {
    llvm::SmallVector<Stmt *, 6> pieces;
    statement(id).calls = hasEffects(choice->getInit()) || hasEffects(choice->getCond());
    if (!choice->getInit() || isa<NullStmt>(choice->getInit()))
      return pieces;
    transform(choice->getInit(), id, kHeaderBlock, pieces);
    choice->setInit(new (context_) NullStmt(choice->getBeginLoc()));
    uint32_t test = addStatement(StatementKind::Expression, choice->getCond(), id, kHeaderBlock);
    statement(test).text = text_.tokens(*choice->getCond());
    statement(test).calls = hasEffects(choice->getCond());
    mark(test, choice->getCond(), choice->getCond()->getBeginLoc(), pieces);
    return pieces;
  }

  Stmt *withInit(llvm::SmallVectorImpl<Stmt *> &pieces, Stmt *choice) {
    if (pieces.empty())
      return choice;
    pieces.push_back(choice);
    return build_.compound(pieces, choice);
  }

  void transformFor(ForStmt *loop, uint32_t id) {
    statement(id).calls = hasEffects(loop->getInit());
    declareVariables(loop->getInit(), id);
    if (VarDecl *tested = loop->getConditionVariable()) {
      if (tested->getType()->isScalarType() && !mentions(loop->getInc(), tested))
        return transformTestedFor(loop, id);
      declareVariables(loop->getConditionVariableDeclStmt(), id);
    } else {
      loop->setCond(guardedExpression(loop->getCond(), StatementKind::Condition, id));
    }
    loop->setInc(guardedExpression(loop->getInc(), StatementKind::Increment, id));
    loop->setBody(transformBlock(loop->getBody(), id, 0));
  }

  /// `for (...; int x = f(); ...) body` becomes `for (...; ; ...) { int x = f(); if (!x) break;
  /// body }`, so that a failing f does not begin the loop again. Only for scalars that the
  /// increment does not look at: an object would be destroyed too early.
  void transformTestedFor(ForStmt *loop, uint32_t id) {
    SourceLocation place = loop->getCond()->getBeginLoc();
    loop->setInc(guardedExpression(loop->getInc(), StatementKind::Increment, id));
    llvm::SmallVector<Stmt *, 5> pieces;
    DeclStmt *declaration = loop->getConditionVariableDeclStmt();
    declare(declaration, text_.tokens(*declaration), id, 0, pieces);
    Expr *over = UnaryOperator::Create(context_, loop->getCond(), UO_LNot, context_.BoolTy,
                                       VK_PRValue, OK_Ordinary, place, false, FPOptionsOverride());
    pieces.push_back(IfStmt::Create(context_, place, IfStatementKind::Ordinary, nullptr, nullptr,
                                    over, place, place, new (context_) BreakStmt(place)));
    pieces.push_back(transformBlock(loop->getBody(), id, 0));
    loop->setBody(build_.compound(pieces, loop->getBody()));
    loop->setConditionVariable(context_, nullptr);
    loop->setCond(nullptr);
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

  Stmt *transformSwitch(SwitchStmt *choice, uint32_t id) {
    llvm::SmallVector<Stmt *, 6> pieces = separateInit(choice, id);
    declareVariables(choice->getConditionVariableDeclStmt(), id);
    choice->setBody(transformBlock(choice->getBody(), id, 0));
    return withInit(pieces, choice);
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
      Stmt *pieces[] = {build_.letPass(handler->getHandlerBlock()->getBeginLoc()),
                        transformBlock(handler->getHandlerBlock(), parent, block + 1 + i)};
      Stmt *inner = build_.compound(pieces, handler->getHandlerBlock());
      scope_ = std::move(scope);
      handlers.push_back(
          new (context_) CXXCatchStmt(handler->getCatchLoc(), handler->getExceptionDecl(), inner));
    }
    return CXXTryStmt::Create(context_, attempt->getTryLoc(), body, handlers);
  }

  /// for (T x : range) body  ==>  { range; begin; end; for (; condition; increment) { T x; body } }
  Stmt *transformRangeFor(CXXForRangeStmt *loop, uint32_t id,
                          llvm::ArrayRef<const Attr *> attributes) {
    auto outside = scope_;
    label_follows_ = false;
    llvm::SmallVector<Stmt *, 8> pieces;
    if (Stmt *init = loop->getInit())
      transform(init, id, kHeaderBlock, pieces);
    uint32_t hidden = lastStatement() + 1;
    for (DeclStmt *part : {loop->getRangeStmt(), loop->getBeginStmt(), loop->getEndStmt()})
      transform(part, id, kHeaderBlock, pieces);
    Expr *condition = guardedExpression(loop->getCond(), StatementKind::Condition, id);
    Expr *increment = guardedExpression(loop->getInc(), StatementKind::Increment, id);
    // Clang places what the user did not write at the range or the colon: the text is said here.
    for (uint32_t part = hidden; part <= lastStatement(); ++part)
      statement(part).text.clear();
    statement(hidden).text = text_.tokens(*loop->getRangeInit());
    auto scope = scope_;
    llvm::SmallVector<Stmt *, 16> body;
    uint32_t variable = lastStatement() + 1;
    transform(loop->getLoopVarStmt(), id, 0, body);
    statement(variable).text = text_.tokensBefore(*loop->getLoopVarStmt(), loop->getColonLoc());
    body.push_back(transformBlock(loop->getBody(), id, 0));
    scope_ = std::move(scope);
    auto *plain = new (context_) ForStmt(context_, nullptr, condition, nullptr, increment,
                                         build_.compound(body, loop->getBody()), loop->getForLoc(),
                                         loop->getColonLoc(), loop->getRParenLoc());
    pieces.push_back(attributed(plain, attributes));
    scope_ = std::move(outside);
    return build_.compound(pieces, loop);
  }

  ASTContext &context_;
  MarkBuilder build_;
  SourceText &text_;
  FunctionDecl *function_;
  FunctionTable &table_;
  std::vector<VarDecl *> variables_; // beside table_.variables; null for pseudo variables
  std::vector<uint32_t> scope_;
  bool label_follows_ = false;                   // behind the statement in hand, in the same block
  llvm::ArrayRef<const Attr *> loop_attributes_; // of the statement that comes next
};

} // namespace

void markFunction(ASTContext &context, const MarkerFunctions &functions, SourceText &text,
                  FunctionDecl *function, FunctionTable &table) {
  FunctionMarker(context, functions, text, function, table).mark();
}

} // namespace jithost
