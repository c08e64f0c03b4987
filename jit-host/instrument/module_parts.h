// Parts of a module that is read lazily from bitcode: what a few functions need.
#pragma once

#include <llvm/Support/Error.h>

#include <functional>
#include <string>
#include <vector>

namespace llvm {
class GlobalValue;
class Module;
} // namespace llvm

namespace jithost {

/// Reads the functions `names`, and those they use, directly or by way of others or of constants,
/// that are not `available` elsewhere.
llvm::Error materialiseWithUsed(llvm::Module &module, const std::vector<std::string> &names,
                                const std::function<bool(const llvm::GlobalValue &)> &available);

/// Functions that were not read become declarations.
void keepMaterialised(llvm::Module &module);

} // namespace jithost
