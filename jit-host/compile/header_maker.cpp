// The cache of precompiled torch headers: 13 s to make, a few milliseconds to load. A run makes a
// header again that another run dropped, or that an update of the system has overtaken.
#include "cache_folder.h"
#include "frontend.h"
#include "precompiled_header.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <unistd.h>

using namespace llvm;

namespace jithost {

constexpr uint64_t kHeadersLimit = 1200ull << 20; // bytes of all together: about ten
constexpr uint64_t kNotesLimit = 20 << 20;

Error ensurePrecompiledHeader(const CompileJob &job, const std::string &path) {
  if (isHeaderCurrent(path)) {
    markUsed(path);
    markUsed(path + kHeaderFiles);
    return Error::success();
  }
  if (std::error_code error = sys::fs::create_directories(sys::path::parent_path(path)))
    return createStringError("cannot create %s: %s", sys::path::parent_path(path).str().c_str(),
                             error.message().c_str());
  std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  std::vector<FileState> files;
  std::string complaint = makePrecompiledHeader(headerJob(job), temporary, files);
  if (!complaint.empty()) {
    sys::fs::remove(temporary);
    return createStringError("the torch header does not compile with these flags:\n" + complaint);
  }
  if (std::error_code error = sys::fs::rename(temporary, path))
    return createStringError("cannot write %s: %s", path.c_str(), error.message().c_str());
  if (std::string trouble = noteHeaderFiles(path, files); !trouble.empty())
    return createStringError(trouble);
  std::string folder = sys::path::parent_path(path).str();
  dropUnused(folder, kPrecompiledHeader, kHeadersLimit, path);
  dropUnused(folder, kHeaderFiles, kNotesLimit, path + kHeaderFiles);
  return Error::success();
}

} // namespace jithost
