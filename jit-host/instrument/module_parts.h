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
/// that are not `available` elsewhere. Other functions become declarations, and so do variables
/// that may be left out when nothing uses them: tables of classes, constants.
llvm::Error cutToUsed(llvm::Module &module, const std::vector<std::string> &names,
                      const std::function<bool(const llvm::GlobalValue &)> &available);

} // namespace jithost
