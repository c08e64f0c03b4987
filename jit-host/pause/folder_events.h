// inotify on a folder and the folders below it: names of files that were closed or moved into
// place. Decides nothing about them.
#pragma once

#include <llvm/Support/Error.h>

#include <map>
#include <string>
#include <vector>

struct inotify_event;

namespace jithost {

/// What happened since the last look. Names are relative to the folder.
struct FolderNews {
  std::vector<std::string> written;    // files; editors' temporary ones left out
  std::vector<std::string> complaints; // folders that cannot be watched
  bool gone = false;                   // the folder itself was removed or moved away
  bool lock_removed = false;
};

class FolderEvents {
public:
  FolderEvents() = default;
  FolderEvents(const FolderEvents &) = delete;
  ~FolderEvents();

  /// Watches `folder` in place of what was watched before. `existing` gets the files that lie there
  /// already.
  llvm::Error watch(const std::string &folder, FolderNews &existing);

  FolderNews read();

  /// For poll; the same one for the whole lifetime once watch() has succeeded.
  int descriptor() const { return inotify_; }

private:
  void addFolder(const std::string &name, FolderNews &news);
  void removeFolder(const std::string &name);
  void handle(const inotify_event &event, FolderNews &news);
  void handleName(const inotify_event &event, const std::string &name, FolderNews &news);

  std::string folder_;
  int inotify_ = -1;
  std::map<int, std::string> watched_; // watch descriptor -> folder, "" is the whole one
};

} // namespace jithost
