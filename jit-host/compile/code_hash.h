// A hash of each function's unoptimised IR, blind to numbering, debug places and value names: it
// tells code that changed although its text did not (a macro, a default argument, another
// overload).
#pragma once

#include "statement_table.h"

namespace llvm {
class Module;
}

namespace jithost {

/// Fills `code_hash` of every function of `table` that `module` defines.
void hashCode(const llvm::Module &module, StatementTable &table);

} // namespace jithost
