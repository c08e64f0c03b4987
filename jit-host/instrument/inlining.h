// Inlining of program functions: what may be inlined, how old code is kept from running where it
// was, and the record of what contains what.
#pragma once

#include "outdated_tests.h"
#include "program_calls.h"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace llvm {
class Function;
class LLVMContext;
class Module;
} // namespace llvm

namespace jithost {

/// False for what the inliner never takes, or cannot take with a test in front.
bool mayBeInlined(const llvm::Function &function);

/// Functions of `program` that may be inlined into `roots`, directly or by way of others.
std::set<std::string> inlinableInto(llvm::Module &module, const std::set<std::string> &roots,
                                    const std::set<std::string> &program);

/// Lets `function`, captured under `label`, be inlined until `finishBodies` gives its body a name.
/// Where it is inlined its newest body is called instead once it is outdated.
void makeInlinable(llvm::Function &function, const std::string &label);

/// In front of what `function` does: where the body that `symbol` has under `label` is outdated,
/// calls the newest one instead.
void callNewestIfOutdated(llvm::Function &function, const std::string &symbol,
                          const std::string &label, OutdatedTest at);

/// Makes the line table call `function` by `name`, the name of its code, wherever it is inlined.
void nameInLineTable(llvm::Function &function, const std::string &name);

/// Library functions that may come to contain code of the program are given linkage and names under
/// which they can have versions. \return those that each version has to bring anew, as types of the
/// program without linkage stand in them
std::set<std::string> prepareLibrary(llvm::Module &module, const std::set<std::string> &program,
                                     ProgramCalls &calls, uint32_t unit);

/// Caller -> functions that were inlined into it, by the names they had then, over all steps in
/// between.
using Inlined = std::map<std::string, std::set<std::string>>;

/// Hears from LLVM's inliner what it does while this exists.
class InlineRecord {
public:
  explicit InlineRecord(llvm::LLVMContext &context);
  ~InlineRecord();
  InlineRecord(const InlineRecord &) = delete;

  /// Also what was inlined into what was inlined.
  Inlined closed() const;

private:
  llvm::LLVMContext &context_;
  std::shared_ptr<Inlined> direct_;
};

/// Gives the bodies of `names` that are left after optimisation their versioned names.
/// \return those that have a body
std::set<std::string> finishBodies(llvm::Module &module, const std::set<std::string> &names,
                                   const std::string &label);

} // namespace jithost
