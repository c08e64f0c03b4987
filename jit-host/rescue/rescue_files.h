// The files of one rescue: `rescue-NNNN.pt` and `rescue-NNNN.txt`. Each is there as a whole or not
// at all, whenever the process or the machine stops.
#pragma once

#include <llvm/Support/Error.h>

#include <memory>
#include <string>

namespace jithost {

class RescueFiles {
public:
  /// Takes the next number in `folder`, which is made when it is missing. Several runs may write
  /// into one folder.
  static llvm::Expected<std::unique_ptr<RescueFiles>> create(const std::string &folder);

  /// Removes what was not kept.
  ~RescueFiles();
  RescueFiles(const RescueFiles &) = delete;

  int archive() const { return archive_; } // descriptor to write the archive to
  std::string archivePath() const { return stem_ + ".pt"; }
  std::string textPath() const { return stem_ + ".txt"; }

  /// On disk, then under their names. \param with_archive false: there is none
  llvm::Error keep(const std::string &text, bool with_archive);

private:
  RescueFiles() = default;

  std::string folder_, stem_;
  int archive_ = -1; // its lock says that this number is taken
};

} // namespace jithost
