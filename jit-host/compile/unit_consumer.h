// Between clang's parser and its code generator: keeps the events of one translation unit back, so
// that code is generated once the whole file has been read, from an AST that has been marked.
// Includes clang: for the parts of the front end only.
#pragma once

#include <clang/AST/DeclGroup.h>
#include <clang/AST/GlobalDecl.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <clang/Sema/SemaConsumer.h>

#include <functional>
#include <memory>
#include <vector>

namespace jithost {

/// What of an event makes nothing be generated before it is used.
struct Announced {
  bool whole = false;
  std::vector<clang::Decl *> decls; // those of these, and of what they contain, that may wait
};

class UnitConsumer : public clang::SemaConsumer {
public:
  /// \param at_end called once the file has been read without an error
  UnitConsumer(std::unique_ptr<clang::CodeGenerator> generator,
               std::function<void(UnitConsumer &)> at_end)
      : generator_(std::move(generator)), at_end_(std::move(at_end)) {}

  clang::CodeGenerator &generator() { return *generator_; }
  clang::Sema &sema() { return *sema_; }
  std::string mangle(clang::GlobalDecl decl) { return generator_->GetMangledName(decl).str(); }

  /// What the file declares, in its order.
  const std::vector<clang::Decl *> &topLevel() const { return top_level_; }

  /// What came after the end of the file: instances of templates, types.
  const std::vector<clang::FunctionDecl *> &instantiated() const { return instantiated_; }
  const std::vector<clang::TagDecl *> &newTypes() const { return new_types_; }
  const std::vector<clang::VarDecl *> &newVariables() const { return new_variables_; }

  /// Plays all events to the code generator, which then finishes the module.
  /// \param wanted generated whether anything uses them or not
  void generate(const std::vector<clang::FunctionDecl *> &wanted);

  /// Makes everything known to the code generator that it generates only when it is used. Once, in
  /// a process that lets others generate.
  void announce();
  /// Generates what was read since, `wanted`, and what these use.
  void generateNew(const std::vector<clang::FunctionDecl *> &wanted);

  void Initialize(clang::ASTContext &context) override {
    context_ = &context;
    generator_->Initialize(context);
  }
  void InitializeSema(clang::Sema &sema) override { sema_ = &sema; }
  void ForgetSema() override { sema_ = nullptr; }
  bool HandleTopLevelDecl(clang::DeclGroupRef group) override;
  void HandleInlineFunctionDefinition(clang::FunctionDecl *d) override;
  void HandleInterestingDecl(clang::DeclGroupRef group) override;
  void HandleTagDeclDefinition(clang::TagDecl *d) override;
  void HandleTagDeclRequiredDefinition(const clang::TagDecl *d) override;
  void HandleCXXImplicitFunctionInstantiation(clang::FunctionDecl *d) override;
  void CompleteTentativeDefinition(clang::VarDecl *d) override;
  void CompleteExternalDeclaration(clang::DeclaratorDecl *d) override;
  void AssignInheritanceModel(clang::CXXRecordDecl *d) override;
  void HandleCXXStaticMemberVarInstantiation(clang::VarDecl *d) override;
  void HandleVTable(clang::CXXRecordDecl *d) override;
  void HandleTranslationUnit(clang::ASTContext &context) override;

private:
  using Event = std::function<void(clang::CodeGenerator &)>;
  bool later(Event event, Announced announced = {});
  void announce(clang::Decl *decl);
  bool isGenerated(const clang::FunctionDecl &function);

  std::unique_ptr<clang::CodeGenerator> generator_;
  std::function<void(UnitConsumer &)> at_end_;
  clang::ASTContext *context_ = nullptr;
  clang::Sema *sema_ = nullptr;
  std::vector<clang::Decl *> top_level_;
  std::vector<clang::FunctionDecl *> instantiated_;
  std::vector<clang::TagDecl *> new_types_;
  std::vector<clang::VarDecl *> new_variables_;
  bool at_end_reached_ = false, replaying_ = false;
  struct KeptEvent {
    Event play;
    Announced announced;
  };
  std::vector<KeptEvent> events_;
  size_t announced_ = 0;
};

} // namespace jithost
