// Watches the patches folder: reports files once they are whole, several that settle together as
// one patch. Keeps the folder's lock; knows nothing of compilers.
#pragma once

#include <llvm/Support/Error.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jithost {

/// A file in the patches folder, read in one go when it settled.
struct PatchFile {
  std::string name; // path relative to the folder
  std::string path; // absolute
  std::string text;
};

/// Files that settled together, plus those refused or failed before (they are tried again).
struct DroppedPatch {
  std::vector<PatchFile> files;
  bool in_folder = true;     // false: they come from elsewhere, and nothing is moved
  bool copied = false;       // to `applied`, when they come from elsewhere
  double settled_at_ms = 0;  // steady clock: when the last file was closed or renamed into place
  double detected_at_ms = 0; // steady clock: when the watcher handed the patch over
  std::vector<std::string>
      complaints; // files left out and why: links that lead out, empty, unreadable
};

class PatchWatcher {
public:
  /// Creates the folder where it is missing, refuses one that others can write to or that another
  /// run holds, and warns (`warnings`) of files that are there already: they are not taken.
  static llvm::Expected<std::unique_ptr<PatchWatcher>> create(const std::string &folder,
                                                              std::vector<std::string> &warnings);
  ~PatchWatcher();

  /// Descriptor that becomes readable when something happens in the folder (for poll).
  int descriptor() const;

  /// Reads pending events. \return milliseconds until the files seen so far have settled, 0 when a
  /// patch is ready, -1 when there is nothing to wait for.
  int update();

  /// From now on `update` tells of files that have been quiet for a moment: they are what `take` is
  /// going to bring, unless others come or one is written again. Null: it does not any more.
  void whenQuiet(std::function<void(const DroppedPatch &)> hear);

  /// The files that have settled; empty `files` when there are none.
  DroppedPatch take();

  /// Moves the files of an applied patch to `applied/NNNN/`, or copies them there when they are not
  /// in the folder. \return that folder.
  llvm::Expected<std::string> moveToApplied(const DroppedPatch &patch);

  /// Keeps the files where they are; they are tried again together with the next one.
  void keep(const DroppedPatch &patch);

  const std::string &folder() const;

private:
  PatchWatcher();
  struct State;
  std::unique_ptr<State> state_;
};

/// Steady clock in milliseconds, the one all times of the host are taken with.
double nowMs();

} // namespace jithost
