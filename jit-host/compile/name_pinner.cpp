// Numbers in symbols.
//
// A lambda has no name. Its symbol says in which function it stands and the how manieth it is there
// (`_ZZ4mainENKUlvE0_clEv`), and so does that of a static local variable whose name stands several
// times in a function. Closures that exist, std::function objects and variables with values know
// each other by these symbols, so a lambda that is inserted before others must not move their
// numbers:
//
//     old                           new
//     on_step([] { log(); });       on_step([] { check(); });      number 2: new
//                                   on_step([] { log(); });        number 1, as before
//
// Clang keeps the number of a lambda in its class (0: count when the symbol is made) and that of a
// static variable of an inline function in the ASTContext; the others are counted in the order in
// which their symbols are made. All three are set here, before the first symbol is made. A symbol
// that mentions a lambda (of a template instance, or of what stands inside a lambda) is made after
// that lambda has its number.
//
// What it cannot do: tell apart local classes of one name, and unnamed structs, in one function.
#include "name_pinner.h"

#include "marker_names.h"
#include "type_names.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTLambda.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>

#include <algorithm>

using namespace clang;

namespace jithost {
namespace {

/// ASTContext has a setter, but one that never makes a number 1 again. Naming a private member is
/// allowed in an explicit instantiation.
template <auto Member> struct Access {
  friend auto &manglingNumbers(ASTContext &context) { return context.*Member; }
};
auto &manglingNumbers(ASTContext &context);
template struct Access<&ASTContext::MangleNumbers>;

/// Calls `found` for each lambda in the types that the name of a declaration consists of.
class LambdasInName {
public:
  explicit LambdasInName(std::function<void(const CXXRecordDecl *)> found)
      : found_(std::move(found)) {}

  void visit(const Decl *declaration) {
    if (!declaration || isa<TranslationUnitDecl>(declaration) || !seen_.insert(declaration).second)
      return;
    if (auto *record = dyn_cast<CXXRecordDecl>(declaration); record && record->isLambda())
      found_(record);
    if (auto *instance = dyn_cast<ClassTemplateSpecializationDecl>(declaration))
      for (const TemplateArgument &argument : instance->getTemplateArgs().asArray())
        visit(argument);
    if (auto *function = dyn_cast<FunctionDecl>(declaration)) {
      if (auto *arguments = function->getTemplateSpecializationArgs())
        for (const TemplateArgument &argument : arguments->asArray())
          visit(argument);
      for (const ParmVarDecl *parameter : function->parameters())
        visit(parameter->getType());
    }
    if (const DeclContext *around = declaration->getDeclContext())
      visit(Decl::castFromDeclContext(around));
  }

private:
  void visit(const TemplateArgument &argument) {
    if (argument.getKind() == TemplateArgument::Type)
      visit(argument.getAsType());
    else if (argument.getKind() == TemplateArgument::Pack)
      for (const TemplateArgument &inner : argument.pack_elements())
        visit(inner);
  }

  void visit(QualType type) {
    type = type.getCanonicalType();
    if (const Type *element = type->getPointeeOrArrayElementType(); element != type.getTypePtr())
      return visit(QualType(element, 0));
    if (type->isReferenceType())
      return visit(type.getNonReferenceType());
    if (auto *function = type->getAs<FunctionProtoType>()) {
      visit(function->getReturnType());
      for (QualType parameter : function->param_types())
        visit(parameter);
    } else if (const CXXRecordDecl *record = type->getAsCXXRecordDecl()) {
      visit(record);
    }
  }

  std::function<void(const CXXRecordDecl *)> found_;
  llvm::DenseSet<const Decl *> seen_;
};

std::string captureText(const ASTContext &context, const LambdaCapture &capture) {
  std::string text = capture.getCaptureKind() == LCK_ByRef ? "&" : "=";
  if (capture.capturesVariable())
    text += capture.getCapturedVar()->getNameAsString() + ":" +
            typeName(context, capture.getCapturedVar()->getType());
  else
    text += "this";
  return text + ";";
}

/// What a symbol counts in: a function, a variable or member with its initialiser, or nothing.
const Decl *ownerOf(const CXXRecordDecl *lambda) {
  if (const Decl *owner = lambda->getLambdaContextDecl())
    return owner;
  return dyn_cast<FunctionDecl>(Decl::castFromDeclContext(lambda->getDeclContext()));
}

} // namespace

GlobalDecl globalDecl(const FunctionDecl *function) {
  if (auto *constructor = dyn_cast<CXXConstructorDecl>(function))
    return GlobalDecl(constructor, Ctor_Complete);
  if (auto *destructor = dyn_cast<CXXDestructorDecl>(function))
    return GlobalDecl(destructor, Dtor_Complete);
  return GlobalDecl(function);
}

void NamePinner::addLambda(const LambdaExpr &lambda) {
  const CXXRecordDecl *record = lambda.getLambdaClass();
  if (record->isDependentContext() || lambdas_.count(record))
    return;
  Group &group = groups_[{ownerOf(record), ""}];
  group.owner = ownerOf(record);
  group.entities.push_back({&lambda, nullptr, {}});
  lambdas_[record] = &group;
}

void NamePinner::addStatic(VarDecl &variable) {
  auto *function = dyn_cast<FunctionDecl>(Decl::castFromDeclContext(variable.getDeclContext()));
  if (!function || !variable.getIdentifier())
    return;
  Group &group = groups_[{function, variable.getNameAsString()}];
  group.owner = function;
  if (std::none_of(group.entities.begin(), group.entities.end(),
                   [&](const Entity &entity) { return entity.variable == &variable; }))
    group.entities.push_back({nullptr, &variable, {}});
}

std::vector<LocalName> NamePinner::pin(const std::vector<LocalName> &before) {
  before_ = before;
  for (auto &[key, group] : groups_)
    pinGroup(group);
  for (LocalName &then : before_) {
    bool taken = std::any_of(result_.begin(), result_.end(), [&](const LocalName &now) {
      return now.sameGroup(then) && now.number == then.number && now.shape == then.shape;
    });
    if (!taken) {
      then.gone = true;
      result_.push_back(std::move(then));
    }
  }
  return std::move(result_);
}

const LocalName *NamePinner::entryOf(const CXXRecordDecl *lambda) const {
  auto group = lambdas_.find(lambda);
  if (group == lambdas_.end())
    return nullptr;
  for (const Entity &entity : group->second->entities)
    if (entity.lambda->getLambdaClass() == lambda)
      return &entity.entry;
  return nullptr;
}

void NamePinner::pinGroup(Group &group) {
  if (group.pinned)
    return;
  group.pinned = true; // names are no circles, but instances of a generic lambda may look like one
  pinLambdasIn(group.owner);
  std::string owner = ownerName(group.owner);
  const SourceManager &sources = context_.getSourceManager();
  auto placeOf = [](const Entity &entity) {
    return entity.lambda ? entity.lambda->getBeginLoc() : entity.variable->getBeginLoc();
  };
  std::stable_sort(group.entities.begin(), group.entities.end(),
                   [&](const Entity &a, const Entity &b) {
                     return sources.isBeforeInTranslationUnit(placeOf(a), placeOf(b));
                   });
  for (Entity &entity : group.entities)
    describe(entity, owner);
  setNumbers(group);
  for (const Entity &entity : group.entities)
    result_.push_back(entity.entry);
}

void NamePinner::pinLambdasIn(const Decl *declaration) {
  LambdasInName([this](const CXXRecordDecl *lambda) {
    if (auto group = lambdas_.find(lambda); group != lambdas_.end())
      pinGroup(*group->second);
  }).visit(declaration);
}

std::string NamePinner::ownerName(const Decl *owner) {
  if (auto *function = dyn_cast_or_null<FunctionDecl>(owner))
    return mangle_(globalDecl(function));
  if (auto *parameter = dyn_cast_or_null<ParmVarDecl>(owner))
    if (auto *function =
            dyn_cast<FunctionDecl>(Decl::castFromDeclContext(parameter->getDeclContext())))
      return mangle_(globalDecl(function)) + " " +
             std::to_string(parameter->getFunctionScopeIndex());
  auto *named = dyn_cast_or_null<NamedDecl>(owner);
  return named ? named->getQualifiedNameAsString() : "";
}

void NamePinner::describe(Entity &entity, const std::string &owner) {
  LocalName &entry = entity.entry;
  entry.owner = owner;
  SourceLocation place;
  if (entity.lambda) {
    place = entity.lambda->getBeginLoc();
    const CXXMethodDecl *call = entity.lambda->getCallOperator();
    entry.shape = typeName(context_, call->getType()) + " ";
    for (const LambdaCapture &capture : entity.lambda->getLambdaClass()->captures()) {
      entry.shape += captureText(context_, capture);
      entry.captured.push_back(
          capture.capturesVariable() ? capture.getCapturedVar()->getNameAsString() : kThisName);
    }
    entry.text = text_.allTokens(*entity.lambda);
  } else {
    place = entity.variable->getLocation();
    entry.name = entity.variable->getNameAsString();
    entry.shape = typeName(context_, entity.variable->getType());
    if (const Expr *initialiser = entity.variable->getInit())
      entry.text = text_.allTokens(*initialiser);
  }
  entry.file = text_.fileOf(place);
  entry.line = text_.lineOf(place);
}

/// In the first version clang's numbers stay; what clang counts later is counted here.
void NamePinner::setNumbers(Group &group) {
  std::vector<LocalName> after, before;
  for (size_t i = 0; i < group.entities.size(); ++i) {
    Entity &entity = group.entities[i];
    uint32_t given = entity.lambda ? entity.lambda->getLambdaClass()->getLambdaManglingNumber() : 0;
    entity.entry.number = given ? given : i + 1;
    after.push_back(entity.entry);
  }
  std::copy_if(before_.begin(), before_.end(), std::back_inserter(before),
               [&](const LocalName &then) { return then.sameGroup(after.front()); });
  if (!before.empty())
    takeOverNumbers(before, after);
  for (size_t i = 0; i < after.size(); ++i)
    group.entities[i].entry = after[i];
  for (const Entity &entity : group.entities)
    if (entity.lambda)
      setLambdaNumber(entity);
  if (group.entities.front().variable)
    setStaticNumbers(group);
}

void NamePinner::setLambdaNumber(const Entity &entity) {
  CXXRecordDecl *record = entity.lambda->getLambdaClass();
  CXXRecordDecl::LambdaNumbering numbering = record->getLambdaNumbering();
  numbering.HasKnownInternalLinkage |= numbering.ManglingNumber == 0;
  numbering.ManglingNumber = entity.entry.number;
  record->setLambdaNumbering(numbering);
}

void NamePinner::setStaticNumbers(Group &group) {
  std::vector<Entity *> by_number;
  for (Entity &entity : group.entities)
    by_number.push_back(&entity);
  std::sort(by_number.begin(), by_number.end(),
            [](const Entity *a, const Entity *b) { return a->entry.number < b->entry.number; });
  uint32_t next = 1;
  for (Entity *entity : by_number) {
    VarDecl *variable = entity->variable;
    if (variable->isExternallyVisible()) {
      manglingNumbers(context_)[variable] = entity->entry.number;
      continue;
    }
    // Counted when symbols are made: variables that nothing uses take the numbers in between.
    for (; next < entity->entry.number; ++next)
      mangle_(GlobalDecl(VarDecl::Create(context_, variable->getDeclContext(), SourceLocation(),
                                         SourceLocation(), variable->getIdentifier(),
                                         variable->getType(), nullptr, SC_Static)));
    mangle_(GlobalDecl(variable));
    next = entity->entry.number + 1;
  }
}

} // namespace jithost
