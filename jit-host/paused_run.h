// The state machine of a failure: the one place that calls pause, compile and resume in turn.
#pragma once

#include "options.h"
#include "patch_preparation.h"
#include "pause/console.h"
#include "pause/variable_view.h"
#include "runtime/hooks.h"
#include "trace/metrics.h"

namespace jithost {

/// Standing -> (canPause) -> Unwinding -> (first guard) -> Paused -> Landing -> (guard of the
/// landing) -> Standing.
class PausedRun {
public:
  PausedRun(const Options &options, CompileWork &work, Session &session, VersionStore &versions,
            PatchWatcher &watcher, Console &console, Metrics &metrics, ObjectDescriber describer);

  /// Hooks of the runtime; all on the failing thread.
  bool canPause(const Failure &failure);
  ContinuationCode inGuard(const Failure &failure, const CapturedFrame &frame);
  void resuming();

private:
  struct Repair {
    PreparedPatch patch;
    size_t frame = 0; // index into stack_
    double begun_at_ms = 0;
    PatchMetrics metrics;
    bool is_retry = false;
  };

  void enter(const Failure &failure);
  size_t frameOf(const CapturedFrame &frame) const;
  ContinuationCode pause(const Failure &failure, const CapturedFrame &frame, size_t index);
  PauseScreen screenFor(const Failure &failure, const CapturedFrame &frame, size_t index) const;
  void recordPause(const Failure &failure, const PauseScreen &screen);
  bool tryPatch(DroppedPatch patch, size_t index);
  bool tryRetry(size_t index);
  bool take(Preparation preparation, size_t index, PatchMetrics metrics);
  void runConstructors();
  std::optional<bool> askGoBack(const Question &question);
  [[noreturn]] void endUnrepaired();

  const Options &options_;
  VersionStore &versions_;
  Session &session_;
  PatchWatcher &watcher_;
  Console &console_;
  Metrics &metrics_;
  ObjectDescriber describer_;
  PatchPreparation preparation_;

  uint64_t failure_ = 0; // number of the one being dealt with
  std::vector<StackFrame> stack_;
  std::optional<Repair> repair_;
};

} // namespace jithost
