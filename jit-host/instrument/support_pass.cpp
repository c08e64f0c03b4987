// Renaming, and nothing else: the code is clang's.
#include "support_pass.h"

#include "body_names.h"

#include <llvm/IR/Module.h>

#include <set>

using namespace llvm;

namespace jithost {
namespace {

void becomeDeclaration(Function &function) {
  function.deleteBody();
  function.setComdat(nullptr);
}

} // namespace

std::vector<std::string> cutToSupport(Module &module, const StatementTable &table,
                                      const SymbolNames &known, const SymbolNames &support) {
  std::set<std::string> program;
  for (const FunctionTable &entry : table.functions)
    program.insert(entry.symbol);
  for (StringRef list :
       {"llvm.global_ctors", "llvm.global_dtors", "llvm.used", "llvm.compiler.used"})
    if (GlobalVariable *variable = module.getGlobalVariable(list))
      variable->eraseFromParent();
  for (GlobalAlias &alias : make_early_inc_range(module.aliases())) {
    alias.replaceAllUsesWith(alias.getAliasee());
    alias.eraseFromParent();
  }
  std::vector<std::string> names;
  std::vector<Function *> kept;
  for (Function &function : module) {
    if (function.isDeclaration() || function.hasLocalLinkage())
      continue;
    std::string name = function.getName().str();
    bool is_inline = function.isWeakForLinker() || function.hasAvailableExternallyLinkage();
    bool wanted =
        is_inline && !program.count(name) && !known.contains(name) && !support.contains(name);
    if (wanted)
      kept.push_back(&function);
    else
      becomeDeclaration(function);
  }
  for (Function *function : kept) {
    names.push_back(function->getName().str());
    function->setComdat(nullptr);
    function->setLinkage(GlobalValue::ExternalLinkage);
    function->setName(supportName(names.back()));
  }
  for (Function &function : make_early_inc_range(module))
    if (function.hasLocalLinkage() && function.use_empty())
      function.eraseFromParent(); // initialisers of variables
  callSupport(module, known, support);
  for (GlobalVariable &variable : module.globals())
    if (!variable.isDeclaration() && !variable.hasLocalLinkage() &&
        (known.contains(variable.getName()) || !variable.isWeakForLinker() ||
         variable.isThreadLocal())) {
      variable.setInitializer(nullptr);
      variable.setLinkage(GlobalValue::ExternalLinkage);
      variable.setComdat(nullptr);
    }
  return names;
}

void callSupport(Module &module, const SymbolNames &known, const SymbolNames &support) {
  for (Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic() &&
        support.contains(function.getName()) && !known.contains(function.getName()))
      function.setName(supportName(function.getName().str()));
}

} // namespace jithost
