// The state machine of a failure: the one place that calls pause, compile and resume in turn.
#pragma once

#include "automatic_answers.h"
#include "live_patches.h"
#include "options/options.h"
#include "pause/console.h"
#include "pause/variable_view.h"
#include "pause_commands.h"
#include "pause_policy.h"
#include "rescue/rescue.h"
#include "run_trace.h"
#include "run_watch.h"
#include "runtime/hooks.h"
#include "runtime/thread_stop.h"
#include "versions/captured_site.h"
#include "versions/patch_preparation.h"
#include "versions/successors.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace jithost {

/// What a hang is called.
inline constexpr const char *kHang = "hang";

/// Of each failure: Standing -> (canPause) -> Unwinding -> (first guard) -> Paused -> Landing ->
/// (guard of the landing) -> Standing. Several threads may fail at once: one is paused with its
/// screen at a time, the others queue up; a patch is for all of them.
class PausedRun {
public:
  PausedRun(const Options &options, CompileWork &work, Session &session, VersionStore &versions,
            PatchWatcher &watcher, Console &console, Metrics &metrics, RunTrace &trace,
            ObjectDescriber describer);

  /// Hooks of the runtime; all on the failing thread.
  HandlerVerdict judge(const HandlerFrame &handler) { return policy_.judge(handler); }
  bool canPause(const Failure &failure);
  GuardAnswer inGuard(const Failure &failure, const CapturedFrame &frame);
  void resuming(const Failure &failure);
  ContinuationCode atPoll(const CapturedFrame &frame);

  /// The program is about to start, on this thread: from here on patches are taken while it runs
  /// well.
  void start();
  /// Hook of the runtime, in a signal's handler.
  bool lost();
  /// The process ends.
  void stop();

  /// Waits until no thread is paused: the end of main would take the others with it.
  void waitForRepairs();

private:
  struct Repair {
    PreparedPatch patch;
    size_t frame = 0; // index into stack_
    double begun_at_ms = 0;
    PatchMetrics metrics;
    bool is_retry = false;
    bool brings_version = false;
  };

  /// A call that hung and is left by an exception, which is the failure that comes next.
  struct LeftCall {
    uint32_t version = 0;              // the code that it was made by
    std::optional<PauseAnswer> answer; // what is to be done then; none: a patch has said it
  };

  /// A failure on its way, and what has been decided about it.
  struct Standing {
    std::vector<StackFrame> stack;
    std::optional<Repair> repair;
    uint32_t version = 0; // the newest at the failure
    bool paused = false;  // waits for its turn, for a repair, or is on its way to the landing
    bool given_up = false;
    bool on_its_way = false; // repaired, and not yet said to be resumed
    std::thread::id thread;
    std::optional<PauseAnswer> answer; // given before it
  };

  /// One pause, while its frame is captured.
  struct Pause {
    Standing &standing;
    const Failure &failure;
    size_t index; // of the paused frame, in the stack
    PausedFrames &frames;
    PauseScreen screen;
  };

  Standing &standingOf(const Failure &failure);
  void forget(const Failure &failure);
  void letOthersResume();
  GuardAnswer answerAt(Standing &standing, const Failure &failure, const CapturedFrame &frame);
  void pause(Standing &standing, const Failure &failure, const CapturedFrame &frame, size_t index);
  bool retriesByItself(Pause &here);
  PauseAnswer nextAnswer(const Pause &here);
  void readAhead(const Pause &here, const DroppedPatch &seen);
  static std::optional<std::string> workOf(const PauseAnswer &answer);
  bool obey(Pause &here, PauseAnswer answer);
  bool tell(const CommandAnswer &answer);
  bool tellRescue(const Rescued &rescued);
  bool obeyMove(Pause &here, const PauseAnswer &answer);
  bool returnFrom(Pause &here, const std::string &expression);
  bool undo(Pause &here);
  void keepWrites(const PausedFrames &frames);
  bool applyWrites(const Site &site, const CapturedFrame &frame);
  void forgetWrites(uintptr_t address, const std::vector<StackFrame> &with);
  bool act(Pause &here, const std::vector<PatchFile> &actions, PreparedPatch *patch,
           PatchMetrics &metrics);
  ContinuationCode pauseAtPoll(const Site &site, const CapturedFrame &frame,
                               const std::string &why);
  bool obeyAtPoll(Pause &here, PauseAnswer answer);
  bool actAtPoll(Pause &here, const DroppedPatch &patch);
  StackFrame frameAt(const Site &site) const;
  ContinuationCode switchFrame(const Site &site);
  void holdUnits(const Standing &standing);
  void holdAgain();
  bool takeOver(const UnitToHold &unit, const CompileAnswer &whole);
  UnitToHold unitToHold(size_t index) const;
  bool followsPatch(Standing &standing, size_t index);
  void recordPause(const Failure &failure, const PauseScreen &screen);
  void record(PatchMetrics metrics);
  bool tryPatch(Pause &here, DroppedPatch patch);
  void prepareRetry(const Pause &here);
  bool tryRetry(Standing &standing, size_t index);
  bool tryAgain(Standing &standing, const RetryStart &start, PatchMetrics metrics);
  bool runAgain(Standing &standing, const RetryStart &start);
  bool take(Standing &standing, Preparation preparation, size_t index, PatchMetrics metrics);
  void runConstructors(PreparedPatch &patch);
  std::optional<bool> askGoBack(const Question &question);
  [[noreturn]] void endUnrepaired();
  Rescued rescue(Pause &here, const std::string &why);
  Rescued rescue(RescueOccasion occasion);
  [[noreturn]] void endTerminated(const std::string &rescued);
  RunEvents runEvents();
  Standstill standStill(const std::string &why, double seconds);
  bool obeyInPlace(Pause &here, PauseAnswer answer, bool hangs, std::optional<LeftCall> &leaves);
  void leaveCall(ThreadStop &stop, LeftCall left, const Failure &failure);
  void rescueTerminated();
  Rescued rescueStopped(const ThreadStop *stop, const std::string &why);
  void rescueLost();

  const Options &options_;
  VersionStore &versions_;
  Session &session_;
  PatchWatcher &watcher_;
  Console &console_;
  Metrics &metrics_;
  RunTrace &trace_;
  ObjectDescriber describer_;
  Turn turn_; // of the thread that is paused: it owns console, watcher, versions
  PausePolicy policy_;
  Successors successors_;
  BackgroundWork background_;
  PatchPreparation preparation_;
  LivePatches live_;
  RunWatch watch_;
  Evaluator evaluator_;
  PauseCommands commands_;
  AutomaticAnswers automatic_;

  std::vector<PendingWrite> writes_; // to frames that have not gone on yet; for who has the turn
  // Current bodies that poll because of them, and since which version.
  std::map<std::string, uint32_t> marked_;
  std::map<uint32_t, uint32_t> undoes_;    // version -> the one that `undo` goes back to
  std::map<const char *, uint32_t> stays_; // sites whose frames finish in old code, as of a version
  std::mutex records_; // guards metrics_ and standing_; nothing of the program runs under it
  std::condition_variable repaired_;      // told when a failure leaves standing_
  std::map<uint64_t, Standing> standing_; // by number of the failure
  std::optional<LeftCall> left_;          // until its failure comes
  std::thread::id main_thread_;           // the program's
};

} // namespace jithost
