// The cache of precompiled torch headers: 13 s to make, a few milliseconds to load. A run makes a
// header again that another run dropped.
#include "cache_folder.h"
#include "frontend.h"
#include "precompiled_header.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <unistd.h>

using namespace llvm;

namespace jithost {

constexpr uint64_t kHeadersLimit = 1200ull << 20; // bytes of all together: about ten

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
  dropUnused(sys::path::parent_path(path).str(), kPrecompiledHeader, kHeadersLimit, path);
  return Error::success();
}

} // namespace jithost
