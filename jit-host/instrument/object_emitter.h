// IR to object code: the optimisation pipeline of clang and the code generator.
#pragma once

#include "outdated_tests.h"

#include <llvm/Support/Error.h>

#include <string>

namespace llvm {
class Module;
}

namespace jithost {

/// Optimises `module` at -O`level`; of the tests whether bodies are outdated those stay that are
/// needed.
llvm::Error optimise(llvm::Module &module, int level, const OutdatedTests &tests);

/// Generates position independent ELF code with emulated TLS.
llvm::Expected<std::string> generateCode(llvm::Module &module, int level);

} // namespace jithost
