// Which calls may lead to code of the program, directly or by a callback: behind them a frame may
// find that its own code has been replaced.
#pragma once

#include "../compile/statement_table.h"

#include <llvm/ADT/DenseSet.h>

namespace llvm {
class CallBase;
class Function;
class Module;
} // namespace llvm

namespace jithost {

class ProgramCalls {
public:
  /// Looks through all of `module`, so ask for it before bodies are taken out.
  ProgramCalls(const llvm::Module &module, const StatementTable &table);

  bool mayReach(const llvm::CallBase &call) const;

private:
  llvm::DenseSet<const llvm::Function *> quiet_; // never lead to the program
};

} // namespace jithost
