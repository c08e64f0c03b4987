// A function is quiet when all it calls is quiet. Indirect calls never are; of functions without a
// body only those of the C and C++ runtime are that take no callbacks (qsort and the like do) and
// do not wait for other threads.
#include "program_calls.h"

#include "../compile/marker_names.h"

#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Module.h>
#include <llvm/TargetParser/Triple.h>

using namespace llvm;

namespace jithost {
namespace {

bool takesCallback(StringRef name) {
  return name == "qsort" || name == "bsearch" || name == "atexit" || name == "exit";
}

/// Another thread may fail and be repaired meanwhile.
bool waits(StringRef name) {
  return name.starts_with("_ZNSt6thread4join") || name.starts_with("_ZNSt18condition_variable") ||
         name.starts_with("_ZNSt28__atomic_futex");
}

bool isMark(StringRef name) {
  return name == kPointFunction || name == kGuardCleanupFunction ||
         name == kPassesHandlerFunction || name == kOutdatedFunction || name == kPollFunction ||
         name == kTerminatesFunction || name == kStepFunction || name.starts_with(kFailedPrefix);
}

bool isRuntime(const Function &function, const TargetLibraryInfoImpl &libraries) {
  StringRef name = function.getName();
  LibFunc known;
  if (waits(name))
    return false;
  if (function.isIntrinsic() || (libraries.getLibFunc(name, known) && !takesCallback(name)))
    return true;
  return isMark(name) || name.starts_with("__cxa_") || name.starts_with("__clang_") ||
         name.starts_with("_Zn") || name.starts_with("_Zd") || name.starts_with("_ZSt") ||
         name.starts_with("_ZNSt") || name.starts_with("_ZNKSt");
}

void callersOf(const Module &module,
               DenseMap<const Function *, SmallVector<const Function *, 4>> &callers,
               SmallVectorImpl<const Function *> &loud) {
  for (const Function &function : module)
    for (const Instruction &instruction : instructions(function))
      if (auto *call = dyn_cast<CallBase>(&instruction)) {
        if (const Function *callee = call->getCalledFunction())
          callers[callee].push_back(&function);
        else if (!call->isInlineAsm())
          loud.push_back(&function);
      }
}

} // namespace

ProgramCalls::ProgramCalls(const Module &module, const StatementTable &table, bool interim)
    : interim_(interim), libraries_(Triple(module.getTargetTriple())) {
  DenseMap<const Function *, SmallVector<const Function *, 4>> callers;
  SmallVector<const Function *, 64> open;
  callersOf(module, callers, open);
  for (const FunctionTable &entry : table.functions)
    if (const Function *function = module.getFunction(entry.symbol))
      open.push_back(function);
  for (const Function &function : module)
    if (function.isDeclaration() && !isRuntime(function, libraries_))
      open.push_back(&function);
  DenseSet<const Function *> loud;
  while (!open.empty()) {
    const Function *function = open.pop_back_val();
    if (loud.insert(function).second)
      open.append(callers[function]);
  }
  for (const Function &function : module)
    loud_[function.getName()] = loud.contains(&function);
}

bool ProgramCalls::mayReach(const Function &function) const {
  if (auto known = loud_.find(function.getName()); known != loud_.end())
    return known->second;
  return !isRuntime(function, libraries_); // what passes have added: intrinsics, hooks
}

void ProgramCalls::addLoud(const Function &function) { loud_[function.getName()] = true; }

bool ProgramCalls::mayReach(const CallBase &call) const {
  if (call.isInlineAsm() || call.doesNotReturn())
    return false;
  const Function *callee = call.getCalledFunction();
  if (interim_ && callee && !callee->isIntrinsic() && !isMark(callee->getName()))
    return true;
  return !callee || mayReach(*callee);
}

} // namespace jithost
