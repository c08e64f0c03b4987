// Finds storage that a continuation would use without having initialised it.
#pragma once

#include <string>

namespace llvm {
class Function;
}

namespace jithost {

/// \return the name of a local whose first use on some path from the entry is no initialisation;
/// empty: none.
std::string uninitialisedUse(llvm::Function &function);

} // namespace jithost
