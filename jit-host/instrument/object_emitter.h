// IR to object code: the optimisation pipeline of clang and the code generator.
#pragma once

#include <llvm/Support/Error.h>

#include <string>

namespace llvm {
class Module;
}

namespace jithost {

/// Optimises `module` at -O`level` and generates position independent ELF code with emulated TLS.
llvm::Expected<std::string> emitObject(llvm::Module &module, int level);

} // namespace jithost
