// A proxy in front of clang's file system. The driver asks it for folders of compilers, the header
// search for every place where a header could be, so that a header which newly shadows another one
// is noticed too.
#include "read_files.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/xxhash.h>

#include <algorithm>

#include <sys/stat.h>

using namespace llvm;

namespace jithost {
namespace {

int64_t nanoseconds(sys::TimePoint<> time) { return time.time_since_epoch().count(); }

bool contentIs(const FileState &file) {
  auto buffer = MemoryBuffer::getFile(file.path, /*IsText=*/true, /*RequiresNullTerminator=*/false,
                                      /*IsVolatile=*/true); // read, never mapped
  return buffer && (*buffer)->getBufferSize() == file.size &&
         contentHash((*buffer)->getBuffer()) == file.content;
}

} // namespace

uint64_t contentHash(StringRef text) {
  return std::max<uint64_t>(xxh3_64bits(text), 1); // 0 says that there is none
}

bool isAsItWas(const FileState &file) {
  struct stat now;
  if (stat(file.path.c_str(), &now) != 0)
    return !file.exists;
  if (!file.exists || S_ISDIR(now.st_mode))
    return false;
  if (file.content != 0)
    return contentIs(file);
  return uint64_t(now.st_size) == file.size &&
         int64_t(now.st_mtim.tv_sec) * 1000000000 + now.st_mtim.tv_nsec == file.modified_ns;
}

void FileRecorder::remember(const Twine &path, const vfs::Status *status) {
  if (status && status->getType() == sys::fs::file_type::directory_file)
    return;
  SmallString<256> absolute;
  path.toVector(absolute);
  if (makeAbsolute(absolute))
    return;
  FileState file;
  file.path = std::string(absolute);
  file.exists = status;
  if (status) {
    file.size = status->getSize();
    file.modified_ns = nanoseconds(status->getLastModificationTime());
  }
  files_.try_emplace(file.path, file); // as it was when it was first asked for
}

ErrorOr<vfs::Status> FileRecorder::status(const Twine &path) {
  auto found = ProxyFileSystem::status(path);
  remember(path, found ? &*found : nullptr);
  return found;
}

ErrorOr<std::unique_ptr<vfs::File>> FileRecorder::openFileForRead(const Twine &path) {
  auto opened = ProxyFileSystem::openFileForRead(path);
  auto found = opened ? (*opened)->status() : ErrorOr<vfs::Status>(opened.getError());
  remember(path, found ? &*found : nullptr);
  return opened;
}

std::vector<FileState> FileRecorder::files() const {
  std::vector<FileState> all;
  for (auto &[path, file] : files_)
    all.push_back(file);
  return all;
}

} // namespace jithost
