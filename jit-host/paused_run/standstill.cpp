// A run that comes by no poll: in a long call of a library, in a loop without calls, or hanging.
// Its main thread is stopped where it stands, and all that a pause can do is done on the watching
// thread. It goes on as if nothing had been; or, where it hangs and code in which it stands was
// changed, it leaves the call that it is in by an exception, and pauses for that in the usual way.
#include "pause_rescue.h"
#include "pause_screen.h"
#include "paused_run.h"
#include "rescue/termination.h"
#include "trace/human_time.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <unistd.h>

namespace jithost {
namespace {

constexpr std::chrono::seconds kTurnPatience(2);

Failure failureAt(const ThreadStop &stop, const std::string &type, const std::string &message) {
  Failure failure;
  failure.type = type;
  failure.message = message;
  failure.frames = stop.frames();
  return failure;
}

bool isAnyKnown(const std::vector<StackFrame> &stack) {
  return std::any_of(stack.begin(), stack.end(),
                     [](const StackFrame &frame) { return frame.statement != 0; });
}

/// One line for each other thread that is in functions of the program.
std::string otherThreads(Symbolizer &symbolizer, const VersionStore &versions) {
  std::string text;
  std::error_code error;
  for (const auto &entry : std::filesystem::directory_iterator("/proc/self/task", error)) {
    pid_t thread = std::stoi(entry.path().filename().string());
    if (thread == getpid() || thread == gettid())
      continue;
    std::unique_ptr<ThreadStop> stop = ThreadStop::stop(thread);
    if (!stop)
      continue;
    std::string line;
    for (const StackFrame &frame : activeStack(failureAt(*stop, "", ""), symbolizer, versions))
      line += (line.empty() ? "" : ", called by ") +
              placeText(frame.code->name, frame.file, frame.line);
    if (!line.empty())
      text += "  thread " + entry.path().filename().string() + " in " + line + "\n";
  }
  return text;
}

bool isActive(const std::vector<StackFrame> &stack, const VersionStore &versions) {
  return std::any_of(stack.begin(), stack.end(), [&](const StackFrame &frame) {
    const FunctionTable *now = versions.table().function(frame.symbol);
    return !now || functionChanged(*frame.code, *now);
  });
}

} // namespace

RunEvents PausedRun::runEvents() {
  RunEvents events;
  events.stand_still = [this](const std::string &why, double seconds) {
    return standStill(why, seconds);
  };
  events.busy = [this] { return !std::unique_lock(turn_, std::try_to_lock).owns_lock(); };
  events.terminated = [this] { rescueTerminated(); };
  events.rescue_lost = [this] { rescueLost(); };
  return events;
}

/// \param why somebody asks for a pause; empty: it hangs since `seconds`
Standstill PausedRun::standStill(const std::string &why, double seconds) {
  std::unique_lock turn(turn_, std::try_to_lock);
  if (!turn.owns_lock())
    return Standstill::Busy;
  double begun_at_ms = nowMs();
  turn_.takeLong(); // other threads run on meanwhile
  bool hangs = why.empty();
  std::unique_ptr<ThreadStop> stop = ThreadStop::stop(getpid());
  if (!stop)
    return Standstill::Impossible;
  Failure failure = failureAt(*stop, hangs ? kHang : "request",
                              hangs ? "no statement was reached for " + humanTime(seconds * 1000)
                                    : "asked to pause by " + why +
                                          "; nothing has failed, the statement is being executed");
  Standing standing;
  standing.stack = activeStack(failure, session_.symbolizer(), versions_);
  if (stop->guards().empty() && !isAnyKnown(standing.stack))
    return Standstill::Impossible;
  if (!watch_.withdraw())
    return Standstill::Paused; // at a poll, in the meantime
  PausedFrames frames(standing.stack, stop->guards(), main_thread_, versions_);
  Pause here{standing, failure, frames.paused(), frames,
             screenOf(failure, frames, versions_, describer_)};
  here.screen.patches_folder = watcher_.folder();
  if (hangs) {
    here.screen.threads = otherThreads(session_.symbolizer(), versions_);
    recordPause(failure, here.screen);
  }
  console_.wakeOn(terminationDescriptor());
  console_.showPause(here.screen);
  uint32_t version = versions_.number();
  std::optional<LeftCall> leaves;
  while (!obeyInPlace(here, console_.wait(here.screen, watcher_, options_.pause_timeout), hangs,
                      leaves))
    if (terminationAsked())
      endTerminated(rescue(here, "SIGTERM during a pause").sentence);
  if (hangs && version != versions_.number() && isActive(standing.stack, versions_))
    leaves = LeftCall{version, std::nullopt};
  keepWrites(frames);
  const StackFrame &chosen = frames.frame(frames.paused());
  if (leaves)
    leaveCall(*stop, std::move(*leaves), failure);
  else
    console_.showResumed(chosen.code->name, here.screen.file, here.screen.line,
                         nowMs() - begun_at_ms);
  return Standstill::Paused;
}

/// \return whether the run goes on
bool PausedRun::obeyInPlace(Pause &here, PauseAnswer answer, bool hangs,
                            std::optional<LeftCall> &leaves) {
  switch (answer.command) {
  case PauseCommand::Skip:
  case PauseCommand::Goto:
  case PauseCommand::Restart:
  case PauseCommand::Return:
    if (!hangs)
      break;
    leaves = LeftCall{versions_.number(), std::move(answer)};
    return true;
  default:
    break;
  }
  return obeyAtPoll(here, std::move(answer));
}

/// The thread goes on with an exception, and `canPause` meets it.
void PausedRun::leaveCall(ThreadStop &stop, LeftCall left, const Failure &failure) {
  {
    std::lock_guard lock(records_);
    left_ = std::move(left);
  }
  if (stop.leave(kHang, failure.message.c_str()))
    return;
  std::lock_guard lock(records_);
  left_.reset();
  console_.note("the call cannot be left by an exception: the run goes on in the new code when it "
                "ends");
}

/// SIGTERM came while nothing was paused.
void PausedRun::rescueTerminated() {
  std::unique_lock turn(turn_, std::defer_lock);
  for (double until_ms = nowMs() + kTurnPatience / std::chrono::milliseconds(1);
       !turn.try_lock() && nowMs() < until_ms;)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  if (!turn.owns_lock())
    return; // a pause deals with it
  if (!loadedRescueWriter().rescue)
    endTerminated("");
  std::unique_ptr<ThreadStop> stop = ThreadStop::stop(getpid());
  endTerminated(rescueStopped(stop.get(), "SIGTERM").sentence);
}

/// What a stopped thread's frames hold, and the globals.
Rescued PausedRun::rescueStopped(const ThreadStop *stop, const std::string &why) {
  RescueOccasion occasion;
  occasion.why = why;
  std::vector<StackFrame> stack;
  Failure failure = stop ? failureAt(*stop, why, "") : Failure();
  if (stop)
    stack = activeStack(failure, session_.symbolizer(), versions_);
  if (stop && (!stop->guards().empty() || isAnyKnown(stack))) {
    PausedFrames frames(stack, stop->guards(), main_thread_, versions_);
    occasion =
        pauseOccasion(why, screenOf(failure, frames, versions_, describer_), frames, describer_);
  }
  return rescue(std::move(occasion));
}

bool PausedRun::lost() {
  return !automatic_.alwaysFails() && loadedRescueWriter().rescue && watch_.tellLost();
}

/// A thread is about to end the process, and cannot be paused.
void PausedRun::rescueLost() {
  std::unique_ptr<ThreadStop> stop = ThreadStop::standing();
  if (!stop)
    return;
  std::unique_ptr<ThreadStop> main;
  if (stop->guards().empty()) // a thread of a library
    main = ThreadStop::stop(getpid());
  console_.note(rescueStopped(main ? main.get() : stop.get(),
                              "the process ends: a fault that cannot be paused")
                    .sentence);
}

} // namespace jithost
