// A file gets its name only when it is on disk. While it is written it is called NAME.part and
// locked: one that nobody holds was left by a process that was killed, and is written over.
#include "rescue_files.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr const char *kPrefix = "rescue-";
constexpr mode_t kMode = 0644;

Error failed(const std::string &what, const std::string &path) {
  return createStringError(what + " " + path + ": " + std::strerror(errno));
}

/// The largest number that a file in `folder` has.
unsigned lastNumber(const std::string &folder) {
  unsigned last = 0;
  std::error_code error;
  for (sys::fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    StringRef name = sys::path::filename(entry->path());
    unsigned number;
    bool whole = name.ends_with(".pt") || name.ends_with(".txt");
    if (whole && name.consume_front(kPrefix) && !name.consumeInteger(10, number))
      last = std::max(last, number);
  }
  return last;
}

std::string stemOf(const std::string &folder, unsigned number) {
  char name[32];
  std::snprintf(name, sizeof name, "%s%04u", kPrefix, number);
  return folder + "/" + name;
}

bool isSameFile(int descriptor, const std::string &path) {
  struct stat open{}, named{};
  return fstat(descriptor, &open) == 0 && stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

/// \return a locked, empty file; -1 with errno 0 when another process has it
int openLocked(const std::string &path) {
  int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  if (descriptor < 0)
    return -1;
  bool mine = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  bool other = !mine && errno == EWOULDBLOCK;
  // Between the two calls its owner may have given it its name.
  if (mine && !isSameFile(descriptor, path))
    mine = false, other = true;
  if (mine && ftruncate(descriptor, 0) == 0)
    return descriptor;
  int error = other ? 0 : errno;
  close(descriptor);
  errno = error;
  return -1;
}

Error writeWhole(const std::string &path, const std::string &text) {
  int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (file < 0)
    return failed("cannot write", path);
  size_t written = 0;
  while (written < text.size()) {
    ssize_t now = write(file, text.data() + written, text.size() - written);
    if (now < 0 && errno == EINTR)
      continue;
    if (now <= 0)
      break;
    written += now;
  }
  bool done = written == text.size() && fsync(file) == 0;
  int error = errno;
  close(file);
  errno = error;
  return done ? Error::success() : failed("cannot write", path);
}

/// Names in it are on disk.
void syncFolder(const std::string &folder) {
  int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return;
  fsync(descriptor);
  close(descriptor);
}

std::string part(const std::string &path) { return path + ".part"; }

} // namespace

Expected<std::unique_ptr<RescueFiles>> RescueFiles::create(const std::string &folder) {
  if (std::error_code error = sys::fs::create_directories(folder))
    return createStringError("cannot make the folder " + folder + ": " + error.message());
  std::unique_ptr<RescueFiles> files(new RescueFiles);
  files->folder_ = folder;
  unsigned number = lastNumber(folder) + 1;
  for (;; ++number) {
    files->stem_ = stemOf(folder, number);
    files->archive_ = openLocked(part(files->archivePath()));
    if (files->archive_ < 0 && errno != 0)
      return failed("cannot write", part(files->archivePath()));
    // Its number may have got its files since they were counted.
    if (files->archive_ >= 0 && number > lastNumber(folder))
      return std::move(files);
    if (files->archive_ >= 0) {
      unlink(part(files->archivePath()).c_str());
      close(files->archive_);
    }
  }
}

RescueFiles::~RescueFiles() {
  if (archive_ < 0)
    return;
  if (isSameFile(archive_, part(archivePath())))
    unlink(part(archivePath()).c_str());
  unlink(part(textPath()).c_str());
  close(archive_);
}

Error RescueFiles::keep(const std::string &text, bool with_archive) {
  if (Error error = writeWhole(part(textPath()), text))
    return error;
  if (with_archive && fsync(archive_) != 0)
    return failed("cannot write", archivePath());
  if (with_archive && rename(part(archivePath()).c_str(), archivePath().c_str()) != 0)
    return failed("cannot write", archivePath());
  if (rename(part(textPath()).c_str(), textPath().c_str()) != 0)
    return failed("cannot write", textPath());
  syncFolder(folder_);
  return Error::success();
}

} // namespace jithost
