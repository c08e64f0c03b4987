// The patches folder on disk: checks, lock, reading, applied/.
#include "patch_folder.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

using namespace llvm;

namespace jithost {
namespace {

class Descriptor {
public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor &) = delete;
  ~Descriptor() {
    if (number_ >= 0)
      close(number_);
  }
  operator int() const { return number_; }
  int release() { return std::exchange(number_, -1); }

private:
  int number_;
};

std::string why() { return std::strerror(errno); }

std::optional<std::string> realPath(const std::string &path) {
  char *resolved = realpath(path.c_str(), nullptr);
  if (!resolved)
    return std::nullopt;
  std::string result = resolved;
  std::free(resolved);
  return result;
}

bool readAll(int descriptor, std::string &text) {
  char buffer[1 << 16];
  for (;;) {
    ssize_t got = read(descriptor, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got == 0;
    text.append(buffer, got);
  }
}

bool writeAll(int descriptor, StringRef text) {
  while (!text.empty()) {
    ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return false;
    text = text.drop_front(written);
  }
  return true;
}

/// A read lease is granted only while nobody has the file open for writing.
int tryLease(int descriptor) {
  // Somebody who opens the file in the moment in which we hold the lease would have us killed by
  // SIGIO; SIGURG is ignored by default.
  fcntl(descriptor, F_SETSIG, SIGURG);
  if (fcntl(descriptor, F_SETLEASE, F_RDLCK) != 0)
    return errno;
  fcntl(descriptor, F_SETLEASE, F_UNLCK);
  return 0;
}

FileRead leftOut(const std::string &complaint) { return {ReadOutcome::LeftOut, "", complaint}; }

Expected<std::string> makeNextApplied(const std::string &folder) {
  std::string applied = folder + "/" + kAppliedFolder;
  if (mkdir(applied.c_str(), 0755) != 0 && errno != EEXIST)
    return createStringError("cannot create %s: %s", applied.c_str(), why().c_str());
  unsigned last = 0;
  std::error_code error;
  for (sys::fs::directory_iterator entry(applied, error), end; !error && entry != end;
       entry.increment(error)) {
    unsigned number = 0;
    if (!sys::path::filename(entry->path()).getAsInteger(10, number))
      last = std::max(last, number);
  }
  for (unsigned number = last + 1;; ++number) {
    std::string digits = std::to_string(number);
    std::string path =
        applied + "/" + std::string(4 - std::min<size_t>(4, digits.size()), '0') + digits;
    if (mkdir(path.c_str(), 0755) == 0)
      return path;
    if (errno != EEXIST)
      return createStringError("cannot create %s: %s", path.c_str(), why().c_str());
  }
}

Error writeCopy(const std::string &path, const std::string &text) {
  Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (file < 0 || !writeAll(file, text))
    return createStringError("cannot write %s: %s", path.c_str(), why().c_str());
  return Error::success();
}

} // namespace

std::optional<std::string> writableByOthers(const std::string &folder) {
  struct stat status;
  if (stat(folder.c_str(), &status) != 0)
    return folder + " cannot be looked at: " + why();
  if (status.st_uid != 0 && status.st_uid != geteuid())
    return folder + " belongs to another user (" + std::to_string(status.st_uid) +
           "), and a patch is code that runs as you; use a folder of your own";
  if (status.st_mode & (S_IWGRP | S_IWOTH))
    return folder + " can be written to by others, and a patch is code that runs as you; " +
           "first run: chmod go-w " + folder;
  return std::nullopt;
}

Expected<std::string> openPatchFolder(const std::string &folder) {
  SmallString<256> path(folder);
  if (std::error_code error = sys::fs::make_absolute(path))
    return createStringError("cannot find the patches folder %s: %s", folder.c_str(),
                             error.message().c_str());
  while (path.size() > 1 && path.back() == '/')
    path.pop_back(); // "patches/" has the parent "patches"
  sys::fs::create_directories(sys::path::parent_path(path));
  // 0755 and not whatever the umask leaves of 0777: a folder that its group can write to is
  // refused.
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
    return createStringError("cannot create the patches folder %s: %s", path.c_str(),
                             why().c_str());
  if (!sys::fs::is_directory(path))
    return createStringError("%s is not a folder; --patches takes one", path.c_str());
  std::optional<std::string> real = realPath(std::string(path));
  if (!real)
    return createStringError("cannot find the patches folder %s: %s", path.c_str(), why().c_str());
  if (std::optional<std::string> complaint = writableByOthers(*real))
    return createStringError("the patches folder " + *complaint);
  return *real;
}

Expected<int> lockPatchFolder(const std::string &folder) {
  std::string path = folder + "/" + kLockFile;
  Descriptor lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (lock < 0)
    return createStringError("cannot lock the patches folder: %s: %s", path.c_str(), why().c_str());
  if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
    // Who holds it, for the message of the run that comes second.
    if (ftruncate(lock, 0) != 0 || !writeAll(lock, std::to_string(getpid()) + "\n"))
      return createStringError("cannot write %s: %s", path.c_str(), why().c_str());
    return lock.release();
  }
  if (errno != EWOULDBLOCK)
    return createStringError("cannot lock the patches folder: %s: %s", path.c_str(), why().c_str());
  std::string holder;
  readAll(lock, holder);
  holder = StringRef(holder).trim().str();
  return createStringError(
      "the patches folder %s serves another run%s; end that one, or give this one "
      "its own folder with --patches DIR",
      folder.c_str(), holder.empty() ? "" : (" (process " + holder + ")").c_str());
}

bool leasesWork(const std::string &folder) {
  // NFS, for one, answers "being written" to every request for a lease; so a file that certainly
  // nobody writes is asked for first.
  std::string path = folder + "/.lease";
  Descriptor probe(open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  bool works = probe >= 0 && tryLease(probe) == 0;
  unlink(path.c_str());
  return works;
}

bool isTemporaryName(StringRef name) {
  if (name.empty() || name.front() == '.' || name.back() == '~')
    return true;
  if (name == "4913") // vim tries with it whether it may write here
    return true;
  if (name.size() > 1 && name.front() == '#' && name.back() == '#')
    return true;
  return StringSwitch<bool>(sys::path::extension(name))
      .Cases(".swp", ".swx", ".tmp", ".part", ".bak", true)
      .Default(false);
}

bool isSourceName(StringRef name) {
  return StringSwitch<bool>(sys::path::extension(name))
      .Cases(".cpp", ".cc", ".cxx", true)
      .Cases(".h", ".hpp", ".hh", ".cuh", ".inl", ".ipp", true)
      .Default(false);
}

FileRead readPatchFile(const std::string &folder, const std::string &name, bool leases_work) {
  std::string path = folder + "/" + name;
  struct stat status;
  if (lstat(path.c_str(), &status) != 0)
    return {ReadOutcome::Gone, "", name + " vanished before it could be read"};
  if (S_ISLNK(status.st_mode)) {
    std::optional<std::string> real = realPath(path);
    if (!real)
      return leftOut(name + " is a link that leads nowhere; put the file itself there");
    if (!StringRef(*real).starts_with(folder + "/"))
      return leftOut(name + " is a link that leads out of the patches folder, to " + *real +
                     "; put the file itself there");
    path = *real;
  }
  // O_NONBLOCK: a pipe would make us wait for its writer.
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file < 0 && errno == ENOENT)
    return {ReadOutcome::Gone, "", name + " vanished before it could be read"};
  if (file < 0)
    return leftOut(name + " cannot be read: " + why() + "; make it readable and write it again");
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
    return leftOut(name + " is not a regular file");
  if (leases_work && tryLease(file) == EAGAIN)
    return {ReadOutcome::BeingWritten, "", ""};
  FileRead result;
  if (!readAll(file, result.text))
    return leftOut(name + " cannot be read: " + why() + "; write it again");
  result.outcome = result.text.empty() ? ReadOutcome::Empty : ReadOutcome::Read;
  if (result.text.empty())
    result.complaint = name + " is empty; waiting for its content";
  return result;
}

/// Where a file of the patch goes; its folder is there.
static Expected<std::string> placeIn(const std::string &folder, const PatchFile &file) {
  std::string to = folder + "/" + file.name;
  if (std::error_code error = sys::fs::create_directories(sys::path::parent_path(to)))
    return createStringError("cannot create the folder of %s: %s", to.c_str(),
                             error.message().c_str());
  return to;
}

Expected<std::string> copyFilesToApplied(const std::string &folder,
                                         const std::vector<PatchFile> &files) {
  Expected<std::string> target = makeNextApplied(folder);
  if (!target)
    return target;
  for (const PatchFile &file : files) {
    Expected<std::string> to = placeIn(*target, file);
    if (!to)
      return to.takeError();
    if (Error error = writeCopy(*to, file.text))
      return std::move(error);
  }
  return target;
}

Expected<std::string> moveFilesToApplied(const std::string &folder,
                                         const std::vector<PatchFile> &files) {
  Expected<std::string> target = makeNextApplied(folder);
  if (!target)
    return target;
  for (const PatchFile &file : files) {
    Expected<std::string> to = placeIn(*target, file);
    if (!to)
      return to.takeError();
    FileRead now = readPatchFile(folder, file.name, false);
    if (now.outcome == ReadOutcome::Read && now.text == file.text) {
      if (rename((folder + "/" + file.name).c_str(), to->c_str()) != 0)
        return createStringError("cannot move %s to %s: %s", file.name.c_str(), to->c_str(),
                                 why().c_str());
    } else if (Error error = writeCopy(*to, file.text)) {
      return std::move(error);
    }
  }
  return target;
}

} // namespace jithost
