// The compiler is a shared library, which an update of its package replaces.
#include "identity.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/TargetParser/Host.h>

#include <cstdlib>
#include <sys/stat.h>

using namespace llvm;

namespace jithost {

namespace {

/// What a package manager brings has the times its package says.
std::string installedIdentity(const std::string &path, const struct stat &status) {
  return path + " " + std::to_string(status.st_size) + " " + std::to_string(status.st_mtim.tv_sec) +
         "." + std::to_string(status.st_mtim.tv_nsec);
}

/// What was built here is another one whenever it was written again. Reading it would take longer
/// than anything else at a start.
std::string builtIdentity(const std::string &path, const struct stat &status) {
  return installedIdentity(path, status) + " " + std::to_string(status.st_dev) + " " +
         std::to_string(status.st_ino) + " " + std::to_string(status.st_ctim.tv_sec) + "." +
         std::to_string(status.st_ctim.tv_nsec);
}

std::string identityOf(const std::string &path,
                       std::string (*of)(const std::string &, const struct stat &)) {
  struct stat status;
  return (stat(path.c_str(), &status) == 0 ? of(path, status) : path + " is not there") + "\n";
}

} // namespace

std::string compilerIdentity() {
  std::string identity = LLVM_VERSION_STRING "\n";
  for (const char *library : {JIT_HOST_CLANG_LIBRARIES})
    identity += identityOf(library, installedIdentity);
  return identity;
}

std::string compileIdentity(const std::string &executable) {
  std::string identity = compilerIdentity() + identityOf(executable, builtIdentity) +
                         sys::getHostCPUName().str() + "\n";
  for (const char *variable :
       {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "COMPILER_PATH", "CCC_OVERRIDE_OPTIONS"})
    if (const char *value = std::getenv(variable))
      identity += std::string(variable) + "=" + value + "\n";
  return identity;
}

} // namespace jithost
