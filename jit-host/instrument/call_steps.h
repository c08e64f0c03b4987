// Injection inside statements: a step before and behind each call. Only for tests.
#pragma once

#include "../compile/statement_table.h"

namespace llvm {
class Module;
}

namespace jithost {

/// Puts steps around the calls of every statement whose own step says that it may be repeated, and
/// one at the entry of each function without guards, where executions are only counted.
void addCallSteps(llvm::Module &module, const StatementTable &table);

} // namespace jithost
