// A check stands around the value that it is of:
//
//     head->next            ->   check(head, "head")->next
//     total / count         ->   total / check(count, "count")
//     table[i]              ->   table[check(i, 4, 4, "table")]
//
// For clang the check is a call that may throw: in unoptimised code it has the exception path that
// belongs to its very place, on which the temporaries of the statement made so far are destroyed,
// and the guard of the statement is met. So a failed check is an exception as any other, and
// nothing has to be known of UBSan's calls, which have no exception path. instrument/checks makes a
// comparison of each call before anything is optimised. Functions of libraries have none: the
// headers are as they are natively, but for libstdc++'s own assertions.
//
// What natively does no harm is not checked: addresses of members and elements, sizeof, typeid.
// Neither is what cannot fail: `this`, the address of something, a constant that is known.
#include "check_marker.h"

#include "mark_builder.h"
#include "marker_names.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTLambda.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>
#include <clang/Basic/Builtins.h>
#include <llvm/ADT/SmallString.h>

using namespace clang;

namespace jithost {
namespace {

constexpr size_t kTextLength = 60;

/// Whose parts are not evaluated, or by clang itself.
bool isLeftAlone(const Stmt &part) {
  if (auto *call = dyn_cast<CallExpr>(&part)) {
    unsigned builtin = call->getBuiltinCallee();
    return builtin == Builtin::BI__builtin_constant_p ||
           builtin == Builtin::BI__builtin_object_size ||
           builtin == Builtin::BI__builtin_dynamic_object_size;
  }
  return isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, CXXTypeidExpr, ConstantExpr, OffsetOfExpr,
             PseudoObjectExpr, SubstNonTypeTemplateParmExpr, AsmStmt>(part);
}

/// The call of a check that `value` is, null: none.
const CallExpr *checkIn(const Expr &value) {
  auto *call = dyn_cast<CallExpr>(value.IgnoreParenCasts());
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  bool checks =
      callee && callee->getIdentifier() && callee->getName().starts_with("__jit_host_check_");
  return checks ? call : nullptr;
}

bool isCheck(const Expr &value) { return checkIn(value) != nullptr; }

/// Prints the values that checks stand around.
class WithoutChecks : public PrinterHelper {
public:
  explicit WithoutChecks(const PrintingPolicy &policy) : policy_(policy) {}
  bool handledStmt(Stmt *part, llvm::raw_ostream &stream) override {
    auto *value = dyn_cast<CallExpr>(part);
    if (!value || !isCheck(*value))
      return false;
    const Expr *checked = value->getArg(0);
    while (auto *cast = dyn_cast<ImplicitCastExpr>(checked))
      checked = cast->getSubExpr();
    checked->printPretty(stream, this, policy_);
    return true;
  }

private:
  const PrintingPolicy &policy_;
};

/// `begin` of a range-for: its body is not entered when there is nothing.
bool isOfRangeFor(const Expr &value) {
  auto *named = dyn_cast<DeclRefExpr>(value.IgnoreParenImpCasts());
  return named && isa<VarDecl>(named->getDecl()) && named->getDecl()->isImplicit();
}

bool cannotBeNull(const Expr *pointer) {
  pointer = pointer->IgnoreParens();
  if (isa<CXXThisExpr, CXXNewExpr, StringLiteral>(pointer) || isOfRangeFor(*pointer))
    return true;
  if (auto *cast = dyn_cast<CastExpr>(pointer)) {
    if (cast->getCastKind() == CK_ArrayToPointerDecay)
      return true;
    return cast->getSubExpr()->getType()->isPointerType() && cannotBeNull(cast->getSubExpr());
  }
  auto *operation = dyn_cast<UnaryOperator>(pointer);
  return operation && operation->getOpcode() == UO_AddrOf;
}

/// Casts that keep null what is null, and that clang looks through for the class of an object.
bool keepsNull(const ImplicitCastExpr &cast) {
  return cast.getCastKind() == CK_NoOp || cast.getCastKind() == CK_DerivedToBase ||
         cast.getCastKind() == CK_UncheckedDerivedToBase;
}

const ConstantArrayType *arrayUnder(const ASTContext &context, Expr *base, Expr *&array) {
  auto *decay = dyn_cast<ImplicitCastExpr>(base->IgnoreParens());
  if (!decay || decay->getCastKind() != CK_ArrayToPointerDecay)
    return nullptr;
  array = decay->getSubExpr();
  if (array->isFlexibleArrayMemberLike(const_cast<ASTContext &>(context),
                                       LangOptions::StrictFlexArraysLevelKind::OneZeroOrIncomplete))
    return nullptr; // an object may have been given more room than its class says
  return context.getAsConstantArrayType(array->getType());
}

} // namespace

void CheckMarker::addTo(FunctionDecl &function) {
  auto *method = dyn_cast<CXXMethodDecl>(&function);
  if ((function.isConstexpr() && !(method && isLambdaCallOperator(method))) ||
      isa<CoroutineBodyStmt>(function.getBody()))
    return;
  if (auto *constructor = dyn_cast<CXXConstructorDecl>(&function))
    for (CXXCtorInitializer *initialiser : constructor->inits())
      visit(initialiser->getInit());
  visit(function.getBody());
}

void CheckMarker::visit(Stmt *part) {
  if (!part || isLeftAlone(*part))
    return;
  if (auto *declarations = dyn_cast<DeclStmt>(part))
    return visitDeclarations(*declarations);
  if (auto *lambda = dyn_cast<LambdaExpr>(part)) { // its body is a function of its own
    for (Expr *captured : lambda->capture_inits())
      visit(captured);
    return;
  }
  if (auto *operation = dyn_cast<UnaryOperator>(part);
      operation && operation->getOpcode() == UO_AddrOf)
    return visitAddressed(operation->getSubExpr());
  if (auto *subscript = dyn_cast<ArraySubscriptExpr>(part))
    return visitSubscript(*subscript, false);
  visitChildren(part);
  check(*part);
}

void CheckMarker::visitChildren(Stmt *part) {
  for (Stmt *child : part->children())
    visit(child);
}

void CheckMarker::visitDeclarations(DeclStmt &statement) {
  for (Decl *declaration : statement.decls())
    if (auto *variable = dyn_cast<VarDecl>(declaration);
        variable && variable->getInit() && !variable->isConstexpr() &&
        !(variable->isStaticLocal() && variable->hasConstantInitialization()))
      visit(variable->getInit());
}

/// What only an address is taken of: nothing there is used.
void CheckMarker::visitAddressed(Expr *place) {
  place = place->IgnoreParens();
  if (auto *operation = dyn_cast<UnaryOperator>(place);
      operation && operation->getOpcode() == UO_Deref)
    return visit(operation->getSubExpr());
  if (auto *subscript = dyn_cast<ArraySubscriptExpr>(place))
    return visitSubscript(*subscript, true);
  if (auto *member = dyn_cast<MemberExpr>(place); member && isa<FieldDecl>(member->getMemberDecl()))
    return member->isArrow() ? visit(member->getBase()) : visitAddressed(member->getBase());
  if (auto *cast = dyn_cast<ImplicitCastExpr>(place); cast && cast->isGLValue())
    return visitAddressed(cast->getSubExpr());
  visit(place);
}

void CheckMarker::visitSubscript(ArraySubscriptExpr &subscript, bool addressed) {
  Expr *array = nullptr;
  const ConstantArrayType *type = arrayUnder(context_, subscript.getBase(), array);
  if (array && addressed)
    visitAddressed(array);
  else
    visit(subscript.getBase());
  visit(subscript.getIdx());
  bool base_first = subscript.getBase() == subscript.getLHS();
  if (type) {
    Expr *index = checkedIndex(subscript.getIdx(), array, type->getZExtSize(), addressed);
    base_first ? subscript.setRHS(index) : subscript.setLHS(index);
  } else if (!array && !addressed && subscript.getBase()->getType()->isPointerType()) {
    Expr *base = checkedPointer(subscript.getBase());
    base_first ? subscript.setLHS(base) : subscript.setRHS(base);
  }
}

void CheckMarker::check(Stmt &part) {
  if (auto *operation = dyn_cast<UnaryOperator>(&part)) {
    if (operation->getOpcode() == UO_Deref)
      operation->setSubExpr(checkedPointer(operation->getSubExpr()));
  } else if (auto *operation = dyn_cast<BinaryOperator>(&part)) {
    if (operation->getOpcode() == BO_PtrMemI)
      operation->setLHS(checkedPointer(operation->getLHS()));
    checkDivisor(*operation);
  } else if (auto *member = dyn_cast<MemberExpr>(&part)) {
    checkBase(*member);
  } else if (auto *call = dyn_cast<CallExpr>(&part)) {
    if (call->getBuiltinCallee() == Builtin::BI__builtin_unreachable)
      reportUnreachable(*call);
    else if (FunctionDecl *callee = call->getDirectCallee())
      assertions_.letThrow(*callee);
  } else if (auto *construction = dyn_cast<CXXConstructExpr>(&part)) {
    assertions_.letThrow(*construction->getConstructor());
  }
}

void CheckMarker::checkDivisor(BinaryOperator &operation) {
  BinaryOperatorKind kind = operation.getOpcode();
  if (kind != BO_Div && kind != BO_Rem && kind != BO_DivAssign && kind != BO_RemAssign)
    return;
  Expr *divisor = operation.getRHS();
  QualType type = context_.getCanonicalType(divisor->getType()).getUnqualifiedType();
  uint64_t width = type->isIntegerType() && isa<BuiltinType>(type) ? context_.getTypeSize(type) : 0;
  if ((width != 32 && width != 64) || divisor->isValueDependent() || isCheck(*divisor))
    return;
  Expr::EvalResult known;
  if (divisor->EvaluateAsInt(known, context_) && known.Val.getInt() != 0)
    return;
  FunctionDecl *checking = function(width == 32 ? kCheckDivisor32Function : kCheckDivisor64Function,
                                    type, {type, textType()});
  operation.setRHS(converted(
      call(checking,
           {converted(divisor, checking->getReturnType(), CK_IntegralCast), text(*divisor)},
           divisor->getBeginLoc()),
      divisor->getType(), CK_IntegralCast));
}

void CheckMarker::checkBase(MemberExpr &member) {
  auto *method = dyn_cast<CXXMethodDecl>(member.getMemberDecl());
  bool used = isa<FieldDecl>(member.getMemberDecl()) || (method && method->isInstance());
  if (member.isArrow() && used)
    member.setBase(checkedPointer(member.getBase()));
}

void CheckMarker::reportUnreachable(CallExpr &reached) {
  FunctionDecl *failing = function(kFailedUnreachableFunction, context_.VoidTy, {});
  auto *report = cast<CallExpr>(call(failing, {}, reached.getBeginLoc()));
  reached.setCallee(report->getCallee());
}

Expr *CheckMarker::checkedPointer(Expr *pointer) {
  if (auto *parentheses = dyn_cast<ParenExpr>(pointer)) {
    parentheses->setSubExpr(checkedPointer(parentheses->getSubExpr()));
    return pointer;
  }
  if (auto *cast = dyn_cast<ImplicitCastExpr>(pointer); cast && keepsNull(*cast)) {
    cast->setSubExpr(checkedPointer(cast->getSubExpr()));
    return pointer;
  }
  auto *sum = dyn_cast<BinaryOperator>(pointer); // with a null pointer nothing can be computed
  if (sum && sum->isAdditiveOp()) {
    bool first = sum->getLHS()->getType()->isPointerType();
    first ? sum->setLHS(checkedPointer(sum->getLHS())) : sum->setRHS(checkedPointer(sum->getRHS()));
    return pointer;
  }
  QualType type = pointer->getType();
  if (!type->isPointerType() || type->isFunctionPointerType() || pointer->isValueDependent() ||
      type->getPointeeType().hasAddressSpace() || isCheck(*pointer) || cannotBeNull(pointer))
    return pointer;
  Expr::EvalResult known;
  if (pointer->EvaluateAsRValue(known, context_) && known.Val.isLValue() &&
      known.Val.getLValueBase())
    return pointer;
  QualType any = context_.getPointerType(context_.VoidTy.withConst().withVolatile());
  FunctionDecl *checking = function(kCheckPointerFunction, context_.VoidPtrTy, {any, textType()});
  Expr *checked =
      call(checking, {converted(pointer, any, CK_BitCast), text(*pointer)}, pointer->getBeginLoc());
  return converted(checked, type, CK_BitCast);
}

Expr *CheckMarker::checkedIndex(Expr *index, Expr *array, uint64_t count, bool addressed) {
  uint64_t allowed = addressed ? count + 1 : count;
  if (index->isValueDependent() || isCheck(*index) || context_.getTypeSize(index->getType()) > 64)
    return index;
  Expr::EvalResult known;
  if (index->EvaluateAsInt(known, context_) && known.Val.getInt().isNonNegative() &&
      known.Val.getInt().getZExtValue() < allowed)
    return index;
  QualType wide = context_.LongTy;
  SourceLocation place = index->getBeginLoc();
  FunctionDecl *checking = function(kCheckIndexFunction, wide, {wide, wide, wide, textType()});
  return call(checking,
              {converted(index, wide, CK_IntegralCast), number(count, place),
               number(allowed, place), text(*array)},
              place);
}

FunctionDecl *CheckMarker::function(const char *name, QualType result,
                                    llvm::ArrayRef<QualType> parameters) {
  FunctionDecl *&known = functions_[name];
  if (!known)
    known = declareMarker(context_, name, context_.getFunctionType(result, parameters, {}));
  return known;
}

Expr *CheckMarker::call(FunctionDecl *callee, llvm::ArrayRef<Expr *> arguments,
                        SourceLocation place) {
  Expr *name = DeclRefExpr::Create(context_, NestedNameSpecifierLoc(), SourceLocation(), callee,
                                   false, place, callee->getType(), VK_LValue);
  Expr *pointer = ImplicitCastExpr::Create(context_, context_.getPointerType(callee->getType()),
                                           CK_FunctionToPointerDecay, name, nullptr, VK_PRValue,
                                           FPOptionsOverride());
  return CallExpr::Create(context_, pointer, arguments, callee->getReturnType(), VK_PRValue, place,
                          FPOptionsOverride());
}

Expr *CheckMarker::converted(Expr *value, QualType type, CastKind kind) {
  if (context_.hasSameType(value->getType(), type))
    return value;
  return ImplicitCastExpr::Create(context_, type, kind, value, nullptr, VK_PRValue,
                                  FPOptionsOverride());
}

QualType CheckMarker::textType() const {
  return context_.getPointerType(context_.CharTy.withConst());
}

/// As it is written, but for spaces and what is too long.
Expr *CheckMarker::text(const Expr &shown) {
  std::string printed, words;
  llvm::raw_string_ostream stream(printed);
  PrintingPolicy policy(context_.getPrintingPolicy());
  policy.SuppressImplicitBase = true;
  WithoutChecks helper(policy);
  shown.IgnoreParenImpCasts()->printPretty(stream, &helper, policy);
  for (char letter : printed)
    if (!isspace(static_cast<unsigned char>(letter)))
      words += letter;
    else if (!words.empty() && words.back() != ' ')
      words += ' ';
  if (words.size() > kTextLength)
    words = words.substr(0, kTextLength) + "...";
  QualType type = context_.getStringLiteralArrayType(context_.CharTy, words.size());
  Expr *literal = StringLiteral::Create(context_, words, StringLiteralKind::Ordinary,
                                        /*Pascal=*/false, type, shown.getBeginLoc());
  return ImplicitCastExpr::Create(context_, textType(), CK_ArrayToPointerDecay, literal, nullptr,
                                  VK_PRValue, FPOptionsOverride());
}

Expr *CheckMarker::number(uint64_t value, SourceLocation place) {
  return IntegerLiteral::Create(context_, llvm::APInt(64, value), context_.LongTy, place);
}

} // namespace jithost
