// Emulated TLS for JIT code: its own thread_local variables, and those of native libraries.
#pragma once

#include <llvm/ExecutionEngine/Orc/Core.h>

namespace jithost {

/// Resolves `__emutls_v.NAME` for a native thread_local NAME to a control object of ours.
class NativeThreadLocals : public llvm::orc::DefinitionGenerator {
public:
  llvm::Error tryToGenerate(llvm::orc::LookupState &state, llvm::orc::LookupKind kind,
                            llvm::orc::JITDylib &library, llvm::orc::JITDylibLookupFlags flags,
                            const llvm::orc::SymbolLookupSet &symbols) override;
};

/// Address of the function that emulated TLS calls.
void *emulatedTlsFunction();

} // namespace jithost
