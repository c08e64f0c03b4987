// inotify on a folder and the folders below it.
#include "folder_events.h"

#include "patch_folder.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <cerrno>
#include <cstring>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_MOVED_FROM | IN_DELETE |
                             IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;

std::string joined(const std::string &folder, StringRef name) {
  return folder.empty() ? name.str() : folder + "/" + name.str();
}

/// Links, symbolic or hard, are made whole: no close follows their creation.
bool isLink(const std::string &path) {
  struct stat status;
  return lstat(path.c_str(), &status) == 0 &&
         (S_ISLNK(status.st_mode) || (S_ISREG(status.st_mode) && status.st_nlink > 1));
}

} // namespace

FolderEvents::~FolderEvents() {
  if (inotify_ >= 0)
    close(inotify_);
}

Error FolderEvents::watch(const std::string &folder, FolderNews &existing) {
  if (inotify_ < 0)
    inotify_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (inotify_ < 0)
    return createStringError("cannot watch the patches folder: %s", std::strerror(errno));
  removeFolder("");
  folder_ = folder;
  addFolder("", existing);
  if (watched_.empty())
    return createStringError("the patches folder " + existing.complaints.front());
  return Error::success();
}

/// With its watch set first and its files listed after, no file is missed; one may be named twice.
void FolderEvents::addFolder(const std::string &name, FolderNews &news) {
  std::string path = joined(folder_, name);
  if (name.empty())
    path = folder_;
  if (std::optional<std::string> complaint = writableByOthers(path)) {
    news.complaints.push_back(*complaint);
    return;
  }
  int watch = inotify_add_watch(inotify_, path.c_str(), kEvents);
  if (watch < 0) {
    news.complaints.push_back(path + " cannot be watched: " + std::strerror(errno));
    return;
  }
  watched_[watch] = name;
  std::error_code error;
  for (sys::fs::directory_iterator entry(path, error, false), end; !error && entry != end;
       entry.increment(error)) {
    StringRef file = sys::path::filename(entry->path());
    std::string child = joined(name, file);
    if (isTemporaryName(file) || child == kAppliedFolder)
      continue;
    if (entry->type() == sys::fs::file_type::directory_file)
      addFolder(child, news);
    else
      news.written.push_back(child);
  }
}

/// Forgets a folder and those below it.
void FolderEvents::removeFolder(const std::string &name) {
  for (auto it = watched_.begin(); it != watched_.end();) {
    bool below =
        name.empty() || it->second == name || StringRef(it->second).starts_with(name + "/");
    if (below)
      inotify_rm_watch(inotify_, it->first);
    it = below ? watched_.erase(it) : std::next(it);
  }
}

FolderNews FolderEvents::read() {
  FolderNews news;
  alignas(inotify_event) char buffer[1 << 14];
  for (;;) {
    ssize_t size = ::read(inotify_, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR)
      continue;
    if (size <= 0)
      return news;
    for (char *at = buffer; at < buffer + size;) {
      auto *event = reinterpret_cast<inotify_event *>(at);
      handle(*event, news);
      at += sizeof(inotify_event) + event->len;
    }
  }
}

void FolderEvents::handle(const inotify_event &event, FolderNews &news) {
  if (event.mask & IN_Q_OVERFLOW) {
    news.complaints.push_back(
        "so much was written to " + folder_ +
        " that the kernel dropped events; write the files of the patch again");
    return;
  }
  auto found = watched_.find(event.wd);
  if (found == watched_.end())
    return;
  std::string parent = found->second;
  if (event.mask & IN_IGNORED)
    watched_.erase(found);
  else if (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF))
    news.gone |= parent.empty();
  else if ((event.mask & IN_DELETE) && joined(parent, event.name) == kLockFile)
    news.lock_removed = true;
  else if (event.len > 0 && !isTemporaryName(event.name))
    handleName(event, joined(parent, event.name), news);
}

void FolderEvents::handleName(const inotify_event &event, const std::string &name,
                              FolderNews &news) {
  if (name == kAppliedFolder)
    return;
  if (event.mask & IN_ISDIR) {
    if (event.mask & IN_MOVED_FROM)
      removeFolder(name);
    else if (event.mask & (IN_CREATE | IN_MOVED_TO))
      addFolder(name, news);
    return;
  }
  bool whole = event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO);
  if (whole || ((event.mask & IN_CREATE) && isLink(folder_ + "/" + name)))
    news.written.push_back(name);
}

} // namespace jithost
