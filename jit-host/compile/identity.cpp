// The compiler is a shared library, which an update of its package replaces.
#include "identity.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/xxhash.h>
#include <llvm/TargetParser/Host.h>

#include <cstdlib>

using namespace llvm;

namespace jithost {

std::string compilerIdentity() {
  std::string identity = LLVM_VERSION_STRING;
  for (const char *library : {JIT_HOST_CLANG_LIBRARIES}) {
    sys::fs::file_status status;
    if (!sys::fs::status(library, status))
      identity += std::string("\n") + library + " " + std::to_string(status.getSize()) + " " +
                  std::to_string(status.getLastModificationTime().time_since_epoch().count());
  }
  return identity;
}

std::string compileIdentity(const std::string &executable) {
  std::string identity = compilerIdentity() + "\n" + sys::getHostCPUName().str();
  if (auto own = MemoryBuffer::getFile(executable, false, /*RequiresNullTerminator=*/false))
    identity += "\n" + utohexstr(xxh3_64bits((*own)->getBuffer()));
  for (const char *variable :
       {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "COMPILER_PATH", "CCC_OVERRIDE_OPTIONS"})
    if (const char *value = std::getenv(variable))
      identity += std::string("\n") + variable + "=" + value;
  return identity;
}

} // namespace jithost
