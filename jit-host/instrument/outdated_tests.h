// Tests whether a body is outdated: where they are needed, and what they become.
#pragma once

#include "program_calls.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/PassManager.h>

#include <set>
#include <string>

namespace jithost {

enum class OutdatedTest {
  Poll,  // in front of a statement
  Entry, // of a body, before anything of it runs: it matters where the body is inlined
  Inner, // the same of what a body contains of its own function
};

/// Adds a test of the flag of the body that `symbol` has under `label`. \return an i1
llvm::Value *addOutdatedTest(llvm::IRBuilder<> &builder, const std::string &symbol,
                             const std::string &label, OutdatedTest at);

/// What is known about the functions of a module while it is optimised.
struct OutdatedTests {
  const ProgramCalls &calls;
  std::set<std::string> fresh; // functions that are only entered while they are not outdated
};

/// Removes the tests that can find nothing. Runs whenever something may have been inlined.
struct PruneOutdatedTests : llvm::PassInfoMixin<PruneOutdatedTests> {
  explicit PruneOutdatedTests(const OutdatedTests &tests) : tests(tests) {}
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
  const OutdatedTests &tests;
};

/// Turns the tests that are left into loads, when nothing is inlined any more.
struct LowerOutdatedTests : llvm::PassInfoMixin<LowerOutdatedTests> {
  explicit LowerOutdatedTests(const OutdatedTests &tests) : tests(tests) {}
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
  static bool isRequired() { return true; }
  const OutdatedTests &tests;
};

} // namespace jithost
