// The events of a translation unit, kept and played.
#include "unit_consumer.h"

#include "name_pinner.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/DeclCXX.h>
#include <llvm/IR/Module.h>

using namespace clang;

namespace jithost {

bool UnitConsumer::later(Event event, Announced announced) {
  // Generating code loads more of a precompiled header, which brings events of its own.
  if (replaying_)
    event(*generator_);
  else
    events_.push_back({std::move(event), std::move(announced)});
  return true;
}

bool UnitConsumer::HandleTopLevelDecl(DeclGroupRef group) {
  for (Decl *decl : group) {
    top_level_.push_back(decl);
    if (auto *function = dyn_cast<FunctionDecl>(decl); function && at_end_reached_)
      instantiated_.push_back(function); // at once, for its result type
  }
  return later([=](CodeGenerator &g) { g.HandleTopLevelDecl(group); },
               {false, {group.begin(), group.end()}});
}

void UnitConsumer::HandleInlineFunctionDefinition(FunctionDecl *d) {
  later([=](CodeGenerator &g) { g.HandleInlineFunctionDefinition(d); }, {true, {}});
}

void UnitConsumer::HandleInterestingDecl(DeclGroupRef group) {
  later([=](CodeGenerator &g) { g.HandleInterestingDecl(group); }, // from a precompiled header
        {false, {group.begin(), group.end()}});
}

void UnitConsumer::HandleTagDeclDefinition(TagDecl *d) {
  if (at_end_reached_)
    new_types_.push_back(d);
  later([=](CodeGenerator &g) { g.HandleTagDeclDefinition(d); }, {true, {}});
}

void UnitConsumer::HandleTagDeclRequiredDefinition(const TagDecl *d) {
  later([=](CodeGenerator &g) { g.HandleTagDeclRequiredDefinition(d); });
}

void UnitConsumer::HandleCXXImplicitFunctionInstantiation(FunctionDecl *d) {
  if (at_end_reached_)
    instantiated_.push_back(d);
  later([=](CodeGenerator &g) { g.HandleCXXImplicitFunctionInstantiation(d); }, {true, {}});
}

void UnitConsumer::CompleteTentativeDefinition(VarDecl *d) {
  later([=](CodeGenerator &g) { g.CompleteTentativeDefinition(d); });
}

void UnitConsumer::CompleteExternalDeclaration(DeclaratorDecl *d) {
  later([=](CodeGenerator &g) { g.CompleteExternalDeclaration(d); });
}

void UnitConsumer::AssignInheritanceModel(CXXRecordDecl *d) {
  later([=](CodeGenerator &g) { g.AssignInheritanceModel(d); });
}

void UnitConsumer::HandleCXXStaticMemberVarInstantiation(VarDecl *d) {
  if (at_end_reached_)
    new_variables_.push_back(d);
  later([=](CodeGenerator &g) { g.HandleCXXStaticMemberVarInstantiation(d); }, {true, {}});
}

void UnitConsumer::HandleVTable(CXXRecordDecl *d) {
  later([=](CodeGenerator &g) { g.HandleVTable(d); });
}

void UnitConsumer::HandleTranslationUnit(ASTContext &context) {
  if (context.getDiagnostics().hasErrorOccurred())
    return;
  at_end_reached_ = true;
  at_end_(*this);
}

void UnitConsumer::generate(const std::vector<FunctionDecl *> &wanted) {
  announced_ = 0;
  generateNew(wanted);
}

void UnitConsumer::announce() {
  for (; announced_ < events_.size(); ++announced_) { // may load more of a precompiled header
    KeptEvent event = events_[announced_];
    if (event.announced.whole)
      event.play(*generator_);
    else
      for (Decl *decl : event.announced.decls)
        announce(decl);
  }
}

/// What stands in a namespace or `extern "C"` comes with it: each for itself.
void UnitConsumer::announce(Decl *decl) {
  if (isa<NamespaceDecl, LinkageSpecDecl, ExportDecl>(decl)) {
    auto *context = Decl::castToDeclContext(decl);
    for (Decl *inner :
         std::vector<Decl *>(context->noload_decls_begin(), context->noload_decls_end()))
      announce(inner);
  } else if (isa<FunctionDecl, VarDecl>(decl) && !decl->isInvalidDecl() &&
             !context_->DeclMustBeEmitted(decl)) {
    generator_->HandleTopLevelDecl(DeclGroupRef(decl));
  }
}

/// The code generator would add to the body of a constructor or destructor that is there.
bool UnitConsumer::isGenerated(const FunctionDecl &function) {
  const llvm::Function *generated =
      generator_->GetModule()->getFunction(mangle(globalDecl(&function)));
  return generated && !generated->isDeclaration();
}

void UnitConsumer::generateNew(const std::vector<FunctionDecl *> &wanted) {
  replaying_ = true;
  for (; announced_ < events_.size(); ++announced_)
    events_[announced_].play(*generator_);
  for (FunctionDecl *function : wanted)
    if (!isGenerated(*function))
      generator_->HandleTopLevelDecl(DeclGroupRef(function));
  generator_->HandleTranslationUnit(*context_);
}

} // namespace jithost
