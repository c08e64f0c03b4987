// Patches that are dropped while the run is going well: compiled beside it, and taken over by its
// frames at their polls.
#pragma once

#include "pause/console.h"
#include "trace/metrics.h"
#include "versions/patch_preparation.h"
#include "versions/turn.h"

#include <atomic>
#include <functional>

namespace jithost {

class LivePatches {
public:
  /// \param turn held by who owns the watcher, the console and the versions: a pause, or this
  /// \param taken told what became of a patch
  LivePatches(PatchPreparation &preparation, VersionStore &versions, PatchWatcher &watcher,
              Console &console, Turn &turn, std::function<void(PatchMetrics)> taken)
      : preparation_(preparation), versions_(versions), watcher_(watcher), console_(console),
        turn_(turn), taken_(std::move(taken)) {}

  /// From here on the folder is looked at by a thread of its own, which sleeps until something
  /// happens there.
  void start();
  void stop() { stopped_ = true; }

  /// For who has the turn. \return whether there is a new version
  bool take(const DroppedPatch &patch);

private:
  void run();
  void takeDropped();
  void apply(PreparedPatch prepared, PatchMetrics metrics, const DroppedPatch &patch);

  PatchPreparation &preparation_;
  VersionStore &versions_;
  PatchWatcher &watcher_;
  Console &console_;
  Turn &turn_;
  std::function<void(PatchMetrics)> taken_;
  std::atomic<bool> stopped_ = false;
};

} // namespace jithost
