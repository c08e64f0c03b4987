// Which calls may lead to code of the program, directly or by a callback: behind them a frame may
// find that its own code has been replaced.
#pragma once

#include "../compile/statement_table.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/Analysis/TargetLibraryInfo.h>

namespace llvm {
class CallBase;
class Function;
class Module;
} // namespace llvm

namespace jithost {

class ProgramCalls {
public:
  /// Looks through all of `module`, so ask for it before bodies are taken out.
  /// \param interim code that is soon to be replaced: wherever it calls anything, it asks
  ProgramCalls(const llvm::Module &module, const StatementTable &table, bool interim = false);

  bool interim() const { return interim_; }

  /// Before optimisation and after it: functions may be gone meanwhile, or new.
  bool mayReach(const llvm::CallBase &call) const;
  bool mayReach(const llvm::Function &function) const;

  /// `function` has got another name, and may reach the program.
  void addLoud(const llvm::Function &function);

private:
  bool interim_;
  llvm::TargetLibraryInfoImpl libraries_;
  llvm::StringMap<bool> loud_; // by name: may it lead to the program
};

} // namespace jithost
