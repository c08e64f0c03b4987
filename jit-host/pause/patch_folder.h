// The patches folder on disk: who may write to it, which run holds it, which files in it count, and
// where applied ones go. Knows nothing of events.
#pragma once

#include "patch_watcher.h"

#include <optional>

namespace jithost {

constexpr const char *kAppliedFolder = "applied";
constexpr const char *kLockFile = ".lock";

/// Creates the folder where it is missing. \return its absolute path without links. Error: it is no
/// folder, or others can write to it.
llvm::Expected<std::string> openPatchFolder(const std::string &folder);

/// Why a folder must not be trusted with code; nothing when only this user and root can write to
/// it.
std::optional<std::string> writableByOthers(const std::string &folder);

/// Takes the lock of the folder. \return a descriptor that holds it until closed. Error: another
/// run has it.
llvm::Expected<int> lockPatchFolder(const std::string &folder);

/// Whether the file system tells if a file is still open for writing. Only call with the lock held.
bool leasesWork(const std::string &folder);

/// Files that editors write beside a file while they save it, and hidden ones.
bool isTemporaryName(llvm::StringRef name);
/// C++ sources and headers, by their extension.
bool isSourceName(llvm::StringRef name);

enum class ReadOutcome { Read, Empty, BeingWritten, Gone, LeftOut };

struct FileRead {
  ReadOutcome outcome = ReadOutcome::Gone;
  std::string text;
  std::string complaint; // with Empty, Gone and LeftOut: one line
};

/// Reads `name` of `folder`, if it is a regular file in there that nobody is writing.
FileRead readPatchFile(const std::string &folder, const std::string &name, bool leases_work);

/// Moves `files` to the next free `applied/NNNN/` under their names. What lies there afterwards is
/// what was applied: a file that has been written again since stays, and a copy goes. \return that
/// folder.
llvm::Expected<std::string> moveFilesToApplied(const std::string &folder,
                                               const std::vector<PatchFile> &files);

/// The same for files that lie elsewhere: their texts are written there.
llvm::Expected<std::string> copyFilesToApplied(const std::string &folder,
                                               const std::vector<PatchFile> &files);

} // namespace jithost
