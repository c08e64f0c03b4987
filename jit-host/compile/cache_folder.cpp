// Access times say what was used; they are set by hand, since mounts often do not keep them.
#include "cache_folder.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;

namespace jithost {
namespace {

constexpr const char *kTemporary = ".tmp";
constexpr time_t kAbandonedAfter = 3600; // seconds

struct CachedFile {
  std::string path;
  uint64_t size;
  timespec used;
};

bool unusedForLonger(const CachedFile &a, const CachedFile &b) {
  return a.used.tv_sec != b.used.tv_sec ? a.used.tv_sec < b.used.tv_sec
                                        : a.used.tv_nsec < b.used.tv_nsec;
}

/// Files that end in `ending`. Temporary ones whose writer is gone are deleted on the way.
std::vector<CachedFile> filesBelow(const std::string &folder, const std::string &ending) {
  std::vector<CachedFile> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string path = entry->path();
    struct stat status;
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
      continue;
    if (llvm::StringRef(path).ends_with(kTemporary) &&
        status.st_mtim.tv_sec + kAbandonedAfter < time(nullptr))
      unlink(path.c_str());
    else if (llvm::StringRef(path).ends_with(ending))
      files.push_back({path, uint64_t(status.st_size), status.st_atim});
  }
  return files;
}

bool writeAll(int file, const std::string &content) {
  for (size_t done = 0; done < content.size();) {
    ssize_t written = write(file, content.data() + done, content.size() - done);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    done += written;
  }
  return true;
}

} // namespace

std::string cacheFolder() {
  llvm::SmallString<256> path;
  if (const char *cache = std::getenv("XDG_CACHE_HOME"); cache && *cache)
    path = cache;
  else if (!llvm::sys::path::cache_directory(path))
    llvm::sys::path::system_temp_directory(true, path);
  llvm::sys::path::append(path, "jit-host");
  return std::string(path);
}

void markUsed(const std::string &path) {
  timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
  utimensat(AT_FDCWD, path.c_str(), times, 0); // somebody else's file: then it just ages
}

void dropUnused(const std::string &folder, const std::string &ending, uint64_t limit,
                const std::string &keep) {
  std::vector<CachedFile> files = filesBelow(folder, ending);
  std::sort(files.begin(), files.end(), unusedForLonger);
  uint64_t total = 0;
  for (const CachedFile &file : files)
    total += file.size;
  for (const CachedFile &file : files) {
    if (total <= limit)
      return;
    if (file.path == keep)
      continue;
    unlink(file.path.c_str());
    total -= file.size;
    std::string parent = fs::path(file.path).parent_path();
    if (parent != folder)
      rmdir(parent.c_str()); // stays when there is more in it
  }
}

std::string writeWhole(const std::string &path, const std::string &content) {
  std::string folder = fs::path(path).parent_path();
  for (int attempt = 0; attempt < 3; ++attempt) { // another run may drop the empty folder again
    if (std::error_code error = llvm::sys::fs::create_directories(folder))
      return "cannot create " + folder + ": " + error.message();
    std::string temporary = path + "." + std::to_string(getpid()) + kTemporary;
    int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0 && errno == ENOENT)
      continue;
    bool whole = file >= 0 && writeAll(file, content);
    int reason = errno;
    if (file >= 0 && close(file) != 0 && whole) {
      whole = false;
      reason = errno;
    }
    if (whole && rename(temporary.c_str(), path.c_str()) == 0)
      return "";
    if (whole)
      reason = errno;
    unlink(temporary.c_str());
    if (reason != ENOENT)
      return "cannot write " + path + ": " + std::strerror(reason);
  }
  return "cannot write " + path;
}

} // namespace jithost
