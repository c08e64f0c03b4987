// The compiler is a shared library, which an update of its package replaces.
#include "identity.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/TargetParser/Host.h>

#include <cstdint>
#include <cstdlib>
#include <sys/stat.h>

using namespace llvm;

namespace jithost {

namespace {

/// A file that was written again is another one, whatever is in it: reading it would take longer
/// than anything else at a start.
std::string fileIdentity(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0)
    return path + " is not there\n";
  std::string identity = path;
  for (uint64_t number :
       {uint64_t(status.st_dev), uint64_t(status.st_ino), uint64_t(status.st_size),
        uint64_t(status.st_mtim.tv_sec), uint64_t(status.st_mtim.tv_nsec),
        uint64_t(status.st_ctim.tv_sec), uint64_t(status.st_ctim.tv_nsec)})
    identity += " " + std::to_string(number);
  return identity + "\n";
}

} // namespace

std::string compilerIdentity() {
  std::string identity = LLVM_VERSION_STRING "\n";
  for (const char *library : {JIT_HOST_CLANG_LIBRARIES})
    identity += fileIdentity(library);
  return identity;
}

std::string compileIdentity(const std::string &executable) {
  std::string identity =
      compilerIdentity() + fileIdentity(executable) + sys::getHostCPUName().str() + "\n";
  for (const char *variable :
       {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "COMPILER_PATH", "CCC_OVERRIDE_OPTIONS"})
    if (const char *value = std::getenv(variable))
      identity += std::string(variable) + "=" + value + "\n";
  return identity;
}

} // namespace jithost
