// Versions are told by their sources: what differs from the version before.
#include "version_commands.h"

#include "trace/line_changes.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/Path.h>

namespace jithost {
namespace {

struct FileChange {
  std::string path, changes; // as of lineChanges
};

std::vector<FileChange> changesOf(const VersionStore &versions, uint32_t version) {
  std::vector<FileChange> found;
  for (const SourceFile &now : versions.sourcesOf(version)) {
    const SourceFile *before = versions.source(now.path, version - 1);
    if (!before || before->text != now.text)
      found.push_back({now.path, lineChanges(before ? before->text : "", now.text)});
  }
  return found;
}

size_t linesWith(const std::string &changes, char mark) {
  size_t count = changes[0] == mark;
  for (size_t at = changes.find('\n'); at != std::string::npos; at = changes.find('\n', at + 1))
    count += changes[at + 1] == mark;
  return count;
}

} // namespace

std::string versionList(const VersionStore &versions) {
  std::string text = "1  the program as it was launched\n";
  for (uint32_t version = 2; version <= versions.number(); ++version) {
    text += std::to_string(version) + " ";
    for (const FileChange &file : changesOf(versions, version))
      text += " " + llvm::sys::path::filename(file.path).str() + " (+" +
              std::to_string(linesWith(file.changes, '+')) + " -" +
              std::to_string(linesWith(file.changes, '-')) + ")";
    text += "\n";
  }
  return text + "the run is in version " + std::to_string(versions.number()) +
         "; `diff N` shows what a version changed, `undo` takes the last one back\n";
}

std::string versionChanges(const VersionStore &versions, const std::string &argument) {
  uint32_t version = versions.number();
  if (!argument.empty() &&
      (!llvm::to_integer(argument, version) || version == 0 || version > versions.number()))
    return "there is no version " + argument + "; `versions` lists them\n";
  if (version == 1)
    return "version 1 is the program as it was launched\n";
  std::string text;
  for (const FileChange &file : changesOf(versions, version))
    text += file.path + ", version " + std::to_string(version) + "\n" + file.changes;
  return text;
}

} // namespace jithost
