// Finds storage that a continuation would use without having initialised it.
#pragma once

#include "../compile/symbol_names.h"

#include <string>

namespace llvm {
class Function;
}

namespace jithost {

/// \return the name of a local whose first use on some path from the entry is no initialisation;
/// empty: none.
std::string uninitialisedUse(llvm::Function &function);

/// \return the name of a static local with a constructor, not in `known`, that `function` would use
/// on some path without passing its declaration; empty: none.
std::string skippedStatic(llvm::Function &function, const SymbolNames &known);

} // namespace jithost
