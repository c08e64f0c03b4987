// What a compilation looked for on disk: what it found there, and what was not there and would have
// been taken had it been.
#pragma once

#include <llvm/Support/VirtualFileSystem.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace jithost {

/// A file as it was. Files of the program are known by their content, all others, which are many
/// and large, by size and time.
struct FileState {
  std::string path; // absolute
  bool exists = false;
  uint64_t size = 0;
  int64_t modified_ns = 0;
  uint64_t content = 0; // hash of the text; 0: size and time count
};

/// True when what lies on disk is what it was.
bool isAsItWas(const FileState &file);

uint64_t contentHash(llvm::StringRef text);

/// Passes everything on to `below` and remembers the files asked for. Folders that exist are not
/// remembered: what was found in them is.
class FileRecorder : public llvm::vfs::ProxyFileSystem {
public:
  using ProxyFileSystem::ProxyFileSystem;
  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &path) override;
  bool exists(const llvm::Twine &path) override { return status(path) && true; }

  std::vector<FileState> files() const;

private:
  void remember(const llvm::Twine &path, const llvm::vfs::Status *status);
  std::map<std::string, FileState> files_;
};

} // namespace jithost
