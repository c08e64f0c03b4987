// The cache of compiled units: what the compilation of a source brought, for the next launch with
// the same source, flags, compiler and host, as long as every file it read is as it was.
#pragma once

#include "read_files.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>
#include <string>
#include <vector>

namespace jithost {

/// What a compilation brought, in numbered parts: in memory, or in a file that is mapped, so that
/// parts nobody looks at take no memory.
class UnitParts {
public:
  explicit UnitParts(std::vector<std::string> parts);
  /// \param places of the parts in `file`
  UnitParts(std::unique_ptr<llvm::MemoryBuffer> file, std::vector<llvm::StringRef> places)
      : file_(std::move(file)), parts_(std::move(places)) {}

  /// Stays where it is as long as this object lives.
  llvm::StringRef part(size_t number) const { return parts_.at(number); }
  /// Nobody will look at parts soon.
  void rest() const;

private:
  std::vector<std::string> owned_;
  std::unique_ptr<llvm::MemoryBuffer> file_;
  std::vector<llvm::StringRef> parts_;
};

class ObjectCache {
public:
  /// \param folder where the entries lie; need not exist, nor be writable
  /// \param limit bytes of all entries together; 0: nothing is kept
  ObjectCache(std::string folder, uint64_t limit) : folder_(std::move(folder)), limit_(limit) {}

  /// The entry for `key` whose files are all as they were. Null: there is none. One that is damaged
  /// is deleted.
  std::shared_ptr<UnitParts> find(const std::string &key) const;

  /// Keeps `parts` for as long as `files` are as they are. \return what went wrong, empty: nothing.
  std::string store(const std::string &key, const std::vector<FileState> &files,
                    const std::vector<std::string> &parts) const;

private:
  std::string folderOf(const std::string &key) const;
  std::string folder_;
  uint64_t limit_;
};

} // namespace jithost
