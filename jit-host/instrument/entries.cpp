#include "entries.h"

#include "body_names.h"

#include <llvm/IR/GlobalAlias.h>
#include <llvm/IR/Module.h>

#include <algorithm>

using namespace llvm;

namespace jithost {

constexpr const char *kEntryBytes = "5"; // what a jump takes; jit/entry knows it too
constexpr Align kEntryAlignment = Align::Constant<16>();

void addEntries(Module &module, const std::vector<std::string> &symbols, const std::string &label,
                const SymbolNames &known) {
  for (const std::string &symbol : symbols) {
    Function *body = module.getFunction(bodyName(symbol, label));
    if (!body || body->isDeclarationForLinker() || known.contains(symbol))
      continue;
    body->addFnAttr("patchable-function-entry", kEntryBytes);
    body->addFnAttr(Attribute::NoCfCheck); // its mark would stand first (-fcf-protection)
    body->setAlignment(
        std::max(body->getAlign().valueOrOne(), kEntryAlignment)); // cold, for instance
    GlobalAlias *entry =
        GlobalAlias::create(body->getValueType(), 0, body->getLinkage(), "", body, &module);
    if (GlobalValue *named = module.getNamedValue(symbol)) {
      named->replaceAllUsesWith(entry);
      entry->takeName(named);
      named->eraseFromParent();
    } else {
      entry->setName(symbol);
    }
  }
}

} // namespace jithost
