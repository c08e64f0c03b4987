// The answer EK_Always makes a function available_externally for clang's code generator; noinline
// keeps it from generating such a function to be inlined.
#include "available_source.h"

#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/Sema/MultiplexExternalSemaSource.h>

using namespace clang;

namespace jithost {
namespace {

class AvailableSource : public MultiplexExternalSemaSource {
public:
  AvailableSource(ExternalSemaSource *before, ASTContext &context,
                  std::function<bool(const FunctionDecl &)> available)
      : MultiplexExternalSemaSource(before, new ExternalSemaSource), context_(context),
        available_(std::move(available)) {}

  ExtKind hasExternalDefinitions(const Decl *decl) override {
    auto *function = dyn_cast<FunctionDecl>(decl);
    if (!function || function->isDependentContext())
      return MultiplexExternalSemaSource::hasExternalDefinitions(decl);
    auto known = answers_.find(function);
    if (known != answers_.end())
      return known->second ? EK_Always : EK_ReplyHazy;
    answers_[function] = false; // making its symbol may ask for its linkage
    bool available = available_(*function);
    answers_[function] = available;
    if (available && !function->hasAttr<NoInlineAttr>())
      const_cast<FunctionDecl *>(function)->addAttr(NoInlineAttr::CreateImplicit(context_));
    return available ? EK_Always : EK_ReplyHazy;
  }

private:
  ASTContext &context_;
  std::function<bool(const FunctionDecl &)> available_;
  llvm::DenseMap<const FunctionDecl *, bool> answers_;
};

} // namespace

void useAvailable(ASTContext &context, std::function<bool(const FunctionDecl &)> available) {
  auto *before = static_cast<ExternalSemaSource *>(context.getExternalSource());
  if (!before)
    before = new ExternalSemaSource;
  context.setExternalSource(
      llvm::makeIntrusiveRefCnt<AvailableSource>(before, context, std::move(available)));
}

} // namespace jithost
