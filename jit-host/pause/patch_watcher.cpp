// Gathers what is written to the patches folder into patches. Events only name files; what is in a
// file is read once all of them have settled.
#include "patch_watcher.h"

#include "folder_events.h"
#include "patch_folder.h"

#include <llvm/Support/FileSystem.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <unistd.h>
#include <utility>

using namespace llvm;

namespace jithost {
namespace {

constexpr double kSettle_ms = 20;         // files closer together than this are one patch
constexpr double kQuiet_ms = 3;           // so long between files that are written together
constexpr double kLookAgain_ms = 100;     // at a file that is still being written
constexpr double kStillWritten_ms = 1000; // then the user is told what is waited for
constexpr double kReopen_ms = 1000;       // between attempts to get a lost folder back
constexpr double kRelock_ms = 50;         // after the lock file was removed

} // namespace

double nowMs() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// All names are relative to the folder.
struct PatchWatcher::State {
  std::string asked_folder; // as the user named it, to find it again
  std::string folder;
  int lock = -1;
  bool leases_work = false;
  bool lost = false; // the folder was removed or moved away, and cannot be made again
  FolderEvents events;

  std::set<std::string> pending; // written since the last take()
  std::set<std::string> kept;    // refused or failed, to be tried again
  std::set<std::string> told;    // complaints made; once is enough
  std::vector<std::string> complaints;
  double last_event_ms = 0, look_again_ms = 0, relock_ms = 0;
  std::function<void(const DroppedPatch &)> hear; // of files that are quiet
  double heard_of_ms = 0;                         // the last event that it was told of

  Error open(FolderNews &existing);
  void unlock();
  void relock();
  void reopen();
  void readEvents();
  void notice(const FolderNews &news);
  void complainOnce(const std::string &complaint);
  double readyAt() const { return std::max(last_event_ms + kSettle_ms, look_again_ms); }
  bool isToTell() const { return hear && !pending.empty() && heard_of_ms != last_event_ms; }
  void tellWhenQuiet();
  bool waitsForWriter(const std::set<std::string> &names, std::map<std::string, FileRead> &reads);
  bool readSettled(std::map<std::string, FileRead> &reads);
};

Error PatchWatcher::State::open(FolderNews &existing) {
  Expected<std::string> opened = openPatchFolder(asked_folder);
  if (!opened)
    return opened.takeError();
  Expected<int> locked = lockPatchFolder(*opened);
  if (!locked)
    return locked.takeError();
  folder = *opened;
  lock = *locked;
  leases_work = leasesWork(folder);
  return events.watch(folder, existing);
}

void PatchWatcher::State::unlock() {
  if (lock >= 0)
    close(lock);
  lock = -1;
}

/// Somebody removed the lock file alone.
void PatchWatcher::State::relock() {
  Expected<int> locked = lockPatchFolder(folder);
  if (locked)
    lock = *locked;
  else
    complainOnce(toString(locked.takeError()));
  relock_ms = nowMs() + kReopen_ms;
}

/// A run that is paused needs a folder: it is made again, and what lies there by then is new.
void PatchWatcher::State::reopen() {
  unlock();
  look_again_ms = nowMs() + kReopen_ms;
  FolderNews news;
  Error error = open(news);
  lost = bool(error);
  if (error)
    complainOnce(toString(std::move(error)));
  else
    notice(news);
}

void PatchWatcher::State::readEvents() {
  FolderNews news = events.read();
  notice(news);
  if (news.lock_removed) {
    // Perhaps the whole folder goes; the kernel says so only when nothing in it is open any more.
    unlock();
    relock_ms = nowMs() + kRelock_ms;
  }
  if (news.gone)
    reopen();
}

void PatchWatcher::State::notice(const FolderNews &news) {
  for (const std::string &complaint : news.complaints)
    complainOnce(complaint);
  for (const std::string &name : news.written) {
    if (!isSourceName(name)) {
      complainOnce(name + " is neither a C++ source nor a header; it is left alone");
      continue;
    }
    pending.insert(name);
    last_event_ms = nowMs();
    look_again_ms = 0;
  }
}

void PatchWatcher::State::complainOnce(const std::string &complaint) {
  if (told.insert(complaint).second)
    complaints.push_back(complaint);
}

/// The new ones, and with them those that were refused.
void PatchWatcher::State::tellWhenQuiet() {
  if (!isToTell() || nowMs() < last_event_ms + kQuiet_ms)
    return;
  heard_of_ms = last_event_ms;
  DroppedPatch patch;
  std::set<std::string> names = pending;
  names.insert(kept.begin(), kept.end());
  for (const std::string &name : names) {
    FileRead file = readPatchFile(folder, name, leases_work);
    if (file.outcome == ReadOutcome::BeingWritten)
      return;
    if (file.outcome == ReadOutcome::Read)
      patch.files.push_back({name, folder + "/" + name, std::move(file.text)});
  }
  if (!patch.files.empty())
    hear(patch);
}

/// Reads all of `names`. \return whether one is still being written: then none is taken.
bool PatchWatcher::State::waitsForWriter(const std::set<std::string> &names,
                                         std::map<std::string, FileRead> &reads) {
  for (const std::string &name : names) {
    FileRead file = readPatchFile(folder, name, leases_work);
    std::string complaint = name + " is still open for writing; waiting until it is closed";
    if (file.outcome == ReadOutcome::BeingWritten) {
      if (nowMs() - last_event_ms > kStillWritten_ms)
        complainOnce(complaint);
      look_again_ms = nowMs() + kLookAgain_ms;
      return true;
    }
    told.erase(complaint);
    reads.emplace(name, std::move(file));
  }
  return false;
}

/// Reads the files that have settled, and the kept ones with them. \return false: not yet.
bool PatchWatcher::State::readSettled(std::map<std::string, FileRead> &reads) {
  if (lost || pending.empty() || nowMs() < readyAt() || waitsForWriter(pending, reads))
    return false;
  bool something_new = std::any_of(reads.begin(), reads.end(), [](const auto &entry) {
    return entry.second.outcome == ReadOutcome::Read;
  });
  if (!something_new)
    return true; // files that were refused are tried again only together with something new
  std::set<std::string> again;
  std::set_difference(kept.begin(), kept.end(), pending.begin(), pending.end(),
                      std::inserter(again, again.end()));
  if (waitsForWriter(again, reads))
    return false;
  kept.clear();
  return true;
}

PatchWatcher::PatchWatcher() : state_(std::make_unique<State>()) {}

PatchWatcher::~PatchWatcher() { state_->unlock(); }

Expected<std::unique_ptr<PatchWatcher>> PatchWatcher::create(const std::string &folder,
                                                             std::vector<std::string> &warnings) {
  std::unique_ptr<PatchWatcher> watcher(new PatchWatcher);
  State &state = *watcher->state_;
  SmallString<256> asked(folder);
  sys::fs::make_absolute(asked); // the program may change the working folder
  state.asked_folder = std::string(asked);
  FolderNews existing;
  if (Error error = state.open(existing))
    return std::move(error);
  warnings.insert(warnings.end(), existing.complaints.begin(), existing.complaints.end());
  std::sort(existing.written.begin(), existing.written.end());
  for (const std::string &name : existing.written)
    if (isSourceName(name))
      warnings.push_back(name + " was in " + state.folder +
                         " before the run; it is not taken until it is written again");
  return watcher;
}

int PatchWatcher::descriptor() const { return state_->events.descriptor(); }

int PatchWatcher::update() {
  state_->readEvents();
  if (state_->lost && nowMs() >= state_->look_again_ms)
    state_->reopen();
  else if (!state_->lost && state_->lock < 0 && nowMs() >= state_->relock_ms)
    state_->relock();
  state_->tellWhenQuiet();
  if (!state_->complaints.empty())
    return 0;
  double at_ms = state_->lost               ? state_->look_again_ms
                 : state_->isToTell()       ? state_->last_event_ms + kQuiet_ms
                 : !state_->pending.empty() ? state_->readyAt()
                 : state_->lock < 0         ? state_->relock_ms
                                            : -1;
  return at_ms < 0 ? -1 : std::max(0.0, std::ceil(at_ms - nowMs()));
}

void PatchWatcher::whenQuiet(std::function<void(const DroppedPatch &)> hear) {
  state_->hear = std::move(hear);
}

DroppedPatch PatchWatcher::take() {
  DroppedPatch patch;
  std::map<std::string, FileRead> reads;
  bool settled = state_->readSettled(reads);
  patch.complaints = std::exchange(state_->complaints, {});
  if (!settled)
    return patch;
  for (auto &[name, file] : reads) {
    bool forgotten = file.outcome == ReadOutcome::Gone && !state_->pending.count(name);
    if (file.outcome == ReadOutcome::Read)
      patch.files.push_back({name, state_->folder + "/" + name, std::move(file.text)});
    else if (!forgotten)
      patch.complaints.push_back(file.complaint);
  }
  patch.settled_at_ms = state_->last_event_ms;
  patch.detected_at_ms = nowMs();
  state_->pending.clear();
  return patch;
}

Expected<std::string> PatchWatcher::moveToApplied(const DroppedPatch &patch) {
  if (!patch.in_folder)
    return copyFilesToApplied(state_->folder, patch.files);
  Expected<std::string> target = moveFilesToApplied(state_->folder, patch.files);
  // A file saved once more without a change went as well: its event must not call it vanished.
  state_->readEvents();
  for (const PatchFile &file : patch.files) {
    state_->kept.erase(file.name);
    if (!sys::fs::exists(file.path))
      state_->pending.erase(file.name);
  }
  return target;
}

void PatchWatcher::keep(const DroppedPatch &patch) {
  if (!patch.in_folder)
    return;
  for (const PatchFile &file : patch.files)
    state_->kept.insert(file.name);
}

const std::string &PatchWatcher::folder() const { return state_->folder; }

} // namespace jithost
