// From checks as calls, which is how the front end makes them, to comparisons.
#pragma once

namespace llvm {
class Module;
}

namespace jithost {

/// Every check becomes a comparison, and behind it a call of the runtime that throws, with the
/// exception path the check had. Before anything is optimised.
void lowerChecks(llvm::Module &module);

} // namespace jithost
