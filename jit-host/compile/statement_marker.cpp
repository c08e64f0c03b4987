// Finds the functions and classes of a program in clang's AST, and has each function marked that
// can be.
#include "statement_marker.h"

#include "check_marker.h"
#include "function_marker.h"
#include "name_pinner.h"
#include "type_names.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTLambda.h>
#include <clang/AST/Attr.h>
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
  bool VisitAttributedStmt(AttributedStmt *statement) {
    for (const Attr *attribute : statement->getAttrs())
      if (isa<MustTailAttr>(attribute)) // nothing may be left to clean up at such a call
        return found("it has a call that must be a tail call");
    return true;
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
  ProgramVisitor(ASTContext &context, const Markings &wanted,
                 const std::function<std::string(GlobalDecl)> &mangle)
      : context_(context), functions_(context, wanted), text_(context), mangle_(mangle),
        names_(context, text_, mangle) {
    if (wanted.checks)
      checks_.emplace(context);
  }

  StatementTable table;

  void leaveStatics() { leave_statics_ = true; }
  const std::vector<FunctionDecl *> &found() const { return found_; }
  void setNewerPlaces(const std::map<std::string, PlaceMap> &newer) {
    for (auto &[path, places] : newer)
      text_.setNewerPlaces(path, places);
  }
  bool isProgramCode(const FunctionDecl &function) const {
    return text_.isProgramCode(function.getLocation());
  }

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
    if (text_.isProgramCode(lambda->getBeginLoc()))
      names_.addLambda(*lambda);
    if (FunctionTemplateDecl *generic = lambda->getDependentCallOperator()) {
      for (FunctionDecl *instance : generic->specializations()) {
        VisitFunctionDecl(instance);
        if (Stmt *body = instance->getBody())
          TraverseStmt(body); // lambdas inside
      }
      return true;
    }
    return VisitFunctionDecl(lambda->getCallOperator());
  }

  bool VisitVarDecl(VarDecl *variable) {
    if (!leave_statics_ && variable->isStaticLocal() &&
        !variable->getDeclContext()->isDependentContext() &&
        text_.isProgramCode(variable->getLocation()))
      names_.addStatic(*variable);
    if (variable->isThisDeclarationADefinition() == VarDecl::Definition &&
        variable->hasGlobalStorage() && !variable->isStaticLocal() &&
        !variable->getDeclContext()->isDependentContext() &&
        !isa<VarTemplateSpecializationDecl>(variable) &&
        text_.isProgramCode(variable->getLocation()))
      globals_.push_back(variable);
    return true;
  }

  bool VisitCXXRecordDecl(CXXRecordDecl *record) {
    if (record->isThisDeclarationADefinition() && !record->isDependentContext() &&
        !record->isLambda() && !record->isInvalidDecl() &&
        text_.isProgramCode(record->getLocation()))
      describeClass(record);
    return true;
  }

  void pin(const std::vector<LocalName> &names_before) {
    table.local_names = names_.pin(names_before);
  }

  /// Marking changes bodies, which the visitor is still walking through: done at the end.
  void markAll(const std::vector<LocalName> &names_before) {
    pin(names_before);
    llvm::DenseSet<FunctionDecl *> seen;
    for (FunctionDecl *function : found_)
      if (seen.insert(function).second)
        mark(function);
    for (VarDecl *variable : globals_)
      describeGlobal(variable);
  }

private:
  void mark(FunctionDecl *function) {
    FunctionTable entry;
    PrintingPolicy policy(context_.getPrintingPolicy());
    llvm::raw_string_ostream name(entry.name);
    function->getNameForDiagnostic(name, policy, true);
    entry.signature = signatureOf(function);
    if (auto *method = dyn_cast<CXXMethodDecl>(function))
      if (const LocalName *lambda =
              isLambdaCallOperator(method) ? names_.entryOf(method->getParent()) : nullptr) {
        entry.lambda_owner = lambda->owner;
        entry.lambda_number = lambda->number;
      }
    auto *type = function->getType()->castAs<FunctionProtoType>();
    entry.terminates =
        !isUnresolvedExceptionSpec(type->getExceptionSpecType()) && type->isNothrow();
    text_.locateFunction(*function, entry);
    entry.not_resumable_because = obstacleIn(function);
    entry.resumable = entry.not_resumable_because.empty();
    entry.symbol = mangle_(variantsOf(function).front());
    if (entry.resumable)
      markFunction(context_, functions_, text_, function, entry);
    if (checks_)
      checks_->addTo(
          *function); // last: what marking says of a statement is said of what is written
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
    std::string signature = typeName(context_, function->getType());
    if (auto *method = dyn_cast<CXXMethodDecl>(function))
      signature += method->isStatic() ? " static of " : " of ";
    return signature;
  }

  std::string obstacleIn(FunctionDecl *function) {
    if (function->isVariadic())
      return "it takes a variable number of arguments";
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

  void describeGlobal(VarDecl *variable) {
    ProgramVariable entry;
    entry.symbol = mangle_(GlobalDecl(variable));
    entry.name = variable->getQualifiedNameAsString();
    Variable described;
    describeType(context_, variable->getType(), described);
    entry.type = described.type;
    entry.bases = described.bases;
    entry.reference = described.reference;
    entry.file = text_.fileOf(variable->getLocation());
    entry.line = text_.lineOf(variable->getLocation());
    if (const Expr *initialiser = variable->getInit())
      entry.initialiser = text_.allTokens(*initialiser);
    entry.constant =
        variable->getType().isConstQualified() && variable->hasConstantInitialization();
    table.globals.push_back(std::move(entry));
  }

  void describeClass(CXXRecordDecl *record) {
    ClassLayout entry;
    entry.name = record->getQualifiedNameAsString();
    if (auto *instance = dyn_cast<ClassTemplateSpecializationDecl>(record))
      entry.name = typeName(context_, context_.getRecordType(instance));
    entry.line = text_.lineOf(record->getLocation());
    entry.file = text_.fileOf(record->getLocation());
    const ASTRecordLayout &layout = context_.getASTRecordLayout(record);
    std::string facts = std::to_string(layout.getSize().getQuantity());
    auto add = [&](std::string fact, const std::string &place = "") {
      facts += "|" + fact + place;
      entry.contents.push_back(std::move(fact));
    };
    for (const CXXBaseSpecifier &base : record->bases())
      add("base " + typeName(context_, base.getType()));
    for (const FieldDecl *field : record->fields())
      add("member " + typeName(context_, field->getType()) + " " + field->getNameAsString(),
          " " + std::to_string(layout.getFieldOffset(field->getFieldIndex())));
    for (const CXXMethodDecl *method : record->methods())
      if (method->isVirtual())
        add("virtual " + method->getNameAsString(), typeName(context_, method->getType()));
    entry.module = !record->forallBases([](const CXXRecordDecl *base) {
      return base->getQualifiedNameAsString() != "torch::nn::Module";
    });
    entry.layout = llvm::xxh3_64bits(facts);
    table.classes.push_back(std::move(entry));
  }

  ASTContext &context_;
  MarkerFunctions functions_;
  SourceText text_;
  const std::function<std::string(GlobalDecl)> &mangle_;
  NamePinner names_;
  std::optional<CheckMarker> checks_;
  std::vector<FunctionDecl *> found_;
  bool leave_statics_ = false;
  std::vector<VarDecl *> globals_;
};

} // namespace

StatementTable markStatements(ASTContext &context, const std::vector<Decl *> &top_level,
                              const Markings &wanted,
                              const std::function<std::string(GlobalDecl)> &mangle,
                              const std::vector<LocalName> &names_before,
                              std::vector<FunctionDecl *> &marked) {
  ProgramVisitor visitor(context, wanted, mangle);
  for (Decl *decl : top_level)
    if (!context.getSourceManager().isInSystemHeader(decl->getLocation()))
      visitor.TraverseDecl(decl);
  visitor.markAll(names_before);
  marked = visitor.found();
  return std::move(visitor.table);
}

void pinLambdas(ASTContext &context, const std::vector<Decl *> &top_level,
                const std::function<std::string(GlobalDecl)> &mangle,
                const std::vector<LocalName> &names_before) {
  ProgramVisitor visitor(context, {}, mangle);
  visitor.leaveStatics();
  for (Decl *decl : top_level)
    if (!context.getSourceManager().isInSystemHeader(decl->getLocation()))
      visitor.TraverseDecl(decl);
  visitor.pin(names_before);
}

StatementTable markFunctions(ASTContext &context, const std::vector<FunctionDecl *> &functions,
                             const std::vector<VarDecl *> &variables, const Markings &wanted,
                             const std::function<std::string(GlobalDecl)> &mangle,
                             const std::vector<LocalName> &names_before,
                             const std::map<std::string, PlaceMap> &newer,
                             std::vector<FunctionDecl *> &marked) {
  ProgramVisitor visitor(context, wanted, mangle);
  visitor.setNewerPlaces(newer);
  for (FunctionDecl *function : functions)
    if (visitor.isProgramCode(*function))
      visitor.TraverseDecl(function);
  for (VarDecl *variable : variables)
    visitor.TraverseDecl(variable);
  visitor.markAll(names_before);
  marked = visitor.found();
  return std::move(visitor.table);
}

} // namespace jithost
