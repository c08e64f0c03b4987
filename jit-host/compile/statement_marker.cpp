// Finds the functions and classes of a program in clang's AST, and has each function marked that
// can be.
#include "statement_marker.h"

#include "function_marker.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTLambda.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/GlobalDecl.h>
#include <clang/AST/RecordLayout.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/AST/StmtCXX.h>
#include <llvm/Support/xxhash.h>

using namespace clang;

namespace jithost {
namespace {

/// Why a function cannot be marked, found by looking at its whole body.
class ObstacleFinder : public RecursiveASTVisitor<ObstacleFinder> {
public:
  std::string obstacle;
  bool VisitIndirectGotoStmt(IndirectGotoStmt *) { return found("it uses computed goto"); }
  bool VisitCoroutineBodyStmt(CoroutineBodyStmt *) { return found("it is a coroutine"); }
  bool VisitGCCAsmStmt(GCCAsmStmt *statement) {
    return statement->isAsmGoto() ? found("it uses asm goto") : true;
  }
  bool VisitVarDecl(VarDecl *variable) {
    return variable->hasLocalStorage() && variable->getType()->isVariableArrayType()
               ? found("it has an array of variable length")
               : true;
  }
  bool VisitCallExpr(CallExpr *call) {
    const FunctionDecl *callee = call->getDirectCallee();
    if (!callee || !callee->getIdentifier())
      return true;
    StringRef name = callee->getName();
    return name == "setjmp" || name == "_setjmp" || name == "__sigsetjmp" ||
                   name == "__builtin_setjmp" || name == "alloca" || name == "__builtin_alloca"
               ? found(("it calls " + name).str())
               : true;
  }
  bool TraverseLambdaExpr(LambdaExpr *) { return true; } // a function of its own

private:
  bool found(std::string why) {
    obstacle = std::move(why);
    return false;
  }
};

/// Finds the program's functions and classes.
class ProgramVisitor : public RecursiveASTVisitor<ProgramVisitor> {
public:
  ProgramVisitor(ASTContext &context, bool injection,
                 const std::function<std::string(GlobalDecl)> &mangle)
      : context_(context), functions_(context, injection), text_(context), mangle_(mangle) {}

  StatementTable table;

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool shouldVisitImplicitCode() const { return false; }

  bool VisitFunctionDecl(FunctionDecl *function) {
    if (function->doesThisDeclarationHaveABody() && !function->isDependentContext() &&
        !function->isDefaulted() && !function->isDeleted() &&
        text_.isProgramCode(function->getLocation()))
      found_.push_back(function);
    return true;
  }

  bool VisitLambdaExpr(LambdaExpr *lambda) {
    if (FunctionTemplateDecl *generic = lambda->getDependentCallOperator()) {
      for (FunctionDecl *instance : generic->specializations())
        VisitFunctionDecl(instance);
      return true;
    }
    return VisitFunctionDecl(lambda->getCallOperator());
  }

  bool VisitCXXRecordDecl(CXXRecordDecl *record) {
    if (record->isThisDeclarationADefinition() && !record->isDependentContext() &&
        !record->isLambda() && !record->isInvalidDecl() &&
        text_.isProgramCode(record->getLocation()))
      describeClass(record);
    return true;
  }

  /// Marking changes bodies, which the visitor is still walking through: done at the end.
  void markAll() {
    llvm::DenseSet<FunctionDecl *> seen;
    for (FunctionDecl *function : found_)
      if (seen.insert(function).second)
        mark(function);
  }

private:
  void mark(FunctionDecl *function) {
    FunctionTable entry;
    PrintingPolicy policy(context_.getPrintingPolicy());
    llvm::raw_string_ostream name(entry.name);
    function->getNameForDiagnostic(name, policy, true);
    entry.signature = signatureOf(function);
    if (auto *method = dyn_cast<CXXMethodDecl>(function))
      entry.lambda = isLambdaCallOperator(method);
    auto *type = function->getType()->castAs<FunctionProtoType>();
    entry.terminates =
        !isUnresolvedExceptionSpec(type->getExceptionSpecType()) && type->isNothrow();
    text_.locateFunction(*function, entry);
    entry.not_resumable_because = obstacleIn(function);
    entry.resumable = entry.not_resumable_because.empty();
    entry.symbol = mangle_(variantsOf(function).front());
    if (entry.resumable)
      markFunction(context_, functions_, text_, function, entry);
    for (GlobalDecl variant : variantsOf(function)) {
      entry.symbol = mangle_(variant);
      table.functions.push_back(entry);
    }
  }

  static std::vector<GlobalDecl> variantsOf(FunctionDecl *function) {
    if (auto *constructor = dyn_cast<CXXConstructorDecl>(function))
      return {GlobalDecl(constructor, Ctor_Base), GlobalDecl(constructor, Ctor_Complete)};
    if (auto *destructor = dyn_cast<CXXDestructorDecl>(function)) {
      std::vector<GlobalDecl> variants{GlobalDecl(destructor, Dtor_Base),
                                       GlobalDecl(destructor, Dtor_Complete)};
      if (destructor->isVirtual())
        variants.push_back(GlobalDecl(destructor, Dtor_Deleting));
      return variants;
    }
    return {GlobalDecl(function)};
  }

  std::string signatureOf(const FunctionDecl *function) {
    std::string signature =
        function->getType().getCanonicalType().getAsString(context_.getPrintingPolicy());
    if (auto *method = dyn_cast<CXXMethodDecl>(function)) {
      signature += method->isStatic() ? " static of " : " of ";
      // Capture lists belong to a lambda's signature: closures that exist have that layout.
      if (isLambdaCallOperator(method))
        for (const LambdaCapture &capture : method->getParent()->captures())
          signature += captureText(capture);
    }
    return signature;
  }

  std::string captureText(const LambdaCapture &capture) {
    std::string text = capture.getCaptureKind() == LCK_ByRef ? "&" : "=";
    if (capture.capturesVariable())
      text += capture.getCapturedVar()->getNameAsString() + ":" +
              capture.getCapturedVar()->getType().getCanonicalType().getAsString();
    else
      text += "this";
    return text + ";";
  }

  std::string obstacleIn(FunctionDecl *function) {
    auto *method = dyn_cast<CXXMethodDecl>(function);
    if (function->isConstexpr() && !(method && isLambdaCallOperator(method)))
      return "it is constexpr";
    if (isa<CoroutineBodyStmt>(function->getBody()))
      return "it is a coroutine";
    if (!isa<CompoundStmt, CXXTryStmt>(function->getBody()))
      return "its body is no block";
    ObstacleFinder finder;
    finder.TraverseStmt(function->getBody());
    return finder.obstacle;
  }

  void describeClass(CXXRecordDecl *record) {
    ClassLayout entry;
    entry.name = record->getQualifiedNameAsString();
    if (auto *instance = dyn_cast<ClassTemplateSpecializationDecl>(record))
      entry.name = context_.getRecordType(instance).getCanonicalType().getAsString();
    entry.line = text_.lineOf(record->getLocation());
    entry.file = text_.fileOf(record->getLocation());
    const ASTRecordLayout &layout = context_.getASTRecordLayout(record);
    std::string facts = std::to_string(layout.getSize().getQuantity());
    for (const CXXBaseSpecifier &base : record->bases())
      facts += "|base " + base.getType().getCanonicalType().getAsString();
    for (const FieldDecl *field : record->fields())
      facts += "|" + field->getNameAsString() + " " +
               field->getType().getCanonicalType().getAsString() + " " +
               std::to_string(layout.getFieldOffset(field->getFieldIndex()));
    for (const CXXMethodDecl *method : record->methods())
      if (method->isVirtual())
        facts += "|virtual " + method->getNameAsString() +
                 method->getType().getCanonicalType().getAsString();
    entry.layout = llvm::xxh3_64bits(facts);
    table.classes.push_back(std::move(entry));
  }

  ASTContext &context_;
  MarkerFunctions functions_;
  SourceText text_;
  const std::function<std::string(GlobalDecl)> &mangle_;
  std::vector<FunctionDecl *> found_;
};

} // namespace

StatementTable markStatements(ASTContext &context, const std::vector<Decl *> &top_level,
                              bool injection,
                              const std::function<std::string(GlobalDecl)> &mangle) {
  ProgramVisitor visitor(context, injection, mangle);
  for (Decl *decl : top_level)
    if (!context.getSourceManager().isInSystemHeader(decl->getLocation()))
      visitor.TraverseDecl(decl);
  visitor.markAll();
  return std::move(visitor.table);
}

} // namespace jithost
