// The cache of precompiled torch headers: 13 s to make, a few milliseconds to load. A run makes a
// header again that another run dropped.
#include "precompiled_header.h"

#include "cache_folder.h"

#include <clang/Basic/Version.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/xxhash.h>

#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr const char *kEnding = ".pch";
constexpr uint64_t kHeadersLimit = 1200ull << 20; // bytes of all together: about ten

/// LibTorch's own version macros; with the time of the header, which an update of the package
/// changes.
std::string torchIdentity() {
  std::string folder = JIT_HOST_TORCH_INCLUDES;
  std::string header = folder + "/torch/torch.h", version = folder + "/torch/version.h";
  sys::fs::file_status status;
  std::string identity = header;
  if (!sys::fs::status(header, status))
    identity += std::to_string(status.getLastModificationTime().time_since_epoch().count());
  std::ifstream stream(version);
  std::ostringstream text;
  text << stream.rdbuf();
  return identity + text.str();
}

/// The flags that change what torch's own headers mean: where the program looks for its headers and
/// what it is warned of are none, and all levels of optimisation above 0 define the same.
CompileJob headerJob(CompileJob job) {
  std::vector<std::string> flags;
  for (size_t i = 0; i < job.flags.size(); ++i) {
    StringRef flag = job.flags[i];
    if (flag == "-I" || flag == "-isystem" || flag == "-iquote" || flag == "-idirafter" ||
        flag == "-include")
      ++i;                             // and the word after it
    else if (flag.starts_with("-Wp,")) // may define macros
      flags.push_back(flag.str());
    else if (!flag.starts_with("-I") && !flag.starts_with("-isystem") && !flag.starts_with("-W") &&
             !flag.starts_with("-iquote") && flag != "-w" && !flag.starts_with("-pedantic"))
      flags.push_back(flag.str());
  }
  job.flags = std::move(flags);
  job.optimisation = job.optimisation == 0 ? 0 : 2;
  return job;
}

} // namespace

std::string precompiledHeaderPath(const CompileJob &job) {
  std::string key = clang::getClangFullVersion() + torchIdentity();
  for (const std::string &argument : clangArguments(headerJob(job)))
    key += "\n" + argument;
  return cacheFolder() + "/torch-" + utohexstr(xxh3_64bits(key), true) + kEnding;
}

Error ensurePrecompiledHeader(const CompileJob &job, const std::string &path) {
  if (sys::fs::exists(path)) {
    markUsed(path);
    return Error::success();
  }
  if (std::error_code error = sys::fs::create_directories(sys::path::parent_path(path)))
    return createStringError("cannot create %s: %s", sys::path::parent_path(path).str().c_str(),
                             error.message().c_str());
  std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  std::string complaint = makePrecompiledHeader(headerJob(job), temporary);
  if (!complaint.empty()) {
    sys::fs::remove(temporary);
    return createStringError("the torch header does not compile with these flags:\n" + complaint);
  }
  if (std::error_code error = sys::fs::rename(temporary, path))
    return createStringError("cannot write %s: %s", path.c_str(), error.message().c_str());
  dropUnused(sys::path::parent_path(path).str(), kEnding, kHeadersLimit, path);
  return Error::success();
}

} // namespace jithost
