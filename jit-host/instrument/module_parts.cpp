// A walk over what is used, reading functions on the way. What it does not come by is left out:
// variables too, since they would refer to functions that were not read.
#include "module_parts.h"

#include <llvm/ADT/DenseSet.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Module.h>

using namespace llvm;

namespace jithost {
namespace {

using Seen = DenseSet<const Value *>;

/// Reads the functions `names` and what they use.
Error materialise(Module &module, const std::vector<std::string> &names,
                  const std::function<bool(const GlobalValue &)> &available, Seen &seen) {
  SmallVector<Value *, 64> open;
  for (const std::string &name : names)
    if (Function *function = module.getFunction(name)) {
      seen.insert(function);
      open.push_back(function);
    }
  auto use = [&](Value *value) {
    if (!isa<Constant>(value) || !seen.insert(value).second)
      return;
    auto *global = dyn_cast<GlobalValue>(value);
    if (!global || !available(*global))
      open.push_back(value);
  };
  while (!open.empty()) {
    auto *constant = cast<Constant>(open.pop_back_val());
    auto *function = dyn_cast<Function>(constant);
    if (!function) {
      for (Use &operand : constant->operands()) // of a variable: its initial value
        use(operand);
      continue;
    }
    if (Error error = function->materialize())
      return error;
    if (function->hasPersonalityFn())
      use(function->getPersonalityFn());
    for (Instruction &instruction : instructions(*function))
      for (Use &operand : instruction.operands())
        use(operand);
  }
  return Error::success();
}

void dropUnread(Module &module, const Seen &seen) {
  for (GlobalVariable &variable : module.globals())
    if (!seen.count(&variable) && variable.isDiscardableIfUnused()) {
      variable.setInitializer(nullptr);
      variable.setLinkage(GlobalValue::ExternalLinkage);
      variable.setComdat(nullptr);
    }
  for (GlobalAlias &alias : make_early_inc_range(module.aliases())) {
    alias.replaceAllUsesWith(alias.getAliasee());
    alias.eraseFromParent();
  }
  for (Function &function : module)
    if (function.isMaterializable()) {
      function.setIsMaterializable(false);
      function.setLinkage(GlobalValue::ExternalLinkage);
      function.setComdat(nullptr);
    }
}

} // namespace

Error cutToUsed(Module &module, const std::vector<std::string> &names,
                const std::function<bool(const GlobalValue &)> &available) {
  Seen seen;
  if (Error error = materialise(module, names, available, seen))
    return error;
  if (Error error = module.materializeMetadata())
    return error;
  dropUnread(module, seen);
  return Error::success();
}

} // namespace jithost
