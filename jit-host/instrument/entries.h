// Where public names lead as long as nothing is patched.
#pragma once

#include "../compile/symbol_names.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace jithost {

/// Makes public names that are not `known` names of the bodies that `symbols` have under `label`:
/// who calls them calls these bodies, with nothing in between. Such a body begins with an
/// instruction that does nothing, where jit/entry writes a jump to a newer one. Only when nothing
/// is optimised any more: LLVM must not learn who is called.
void addEntries(llvm::Module &module, const std::vector<std::string> &symbols,
                const std::string &label, const SymbolNames &known);

} // namespace jithost
