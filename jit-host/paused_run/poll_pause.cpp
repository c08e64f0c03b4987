// A pause that somebody asked for: nothing failed, nothing unwinds. The frame goes on as it is, or,
// if its code or its variables were changed, in a continuation.
#include "action.h"
#include "instrument/body_names.h"
#include "pause_screen.h"
#include "paused_run.h"
#include "rescue/termination.h"
#include "runtime/fault.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace jithost {
namespace {

[[noreturn]] void endByInterrupt() {
  leaveFaultsAlone();
  std::cout.flush();
  std::fflush(stdout);
  signal(SIGINT, SIG_DFL);
  raise(SIGINT);
  _exit(130);
}

bool hasOnlyActions(const DroppedPatch &patch) {
  return !patch.files.empty() &&
         std::all_of(patch.files.begin(), patch.files.end(),
                     [](const PatchFile &file) { return isActionFile(file.name); });
}

} // namespace

/// Who has the turn. \return code to go on in; null: as it was
ContinuationCode PausedRun::pauseAtPoll(const Site &site, const CapturedFrame &frame,
                                        const std::string &why) {
  double begun_at_ms = nowMs();
  turn_.takeLong();
  console_.wakeOn(terminationDescriptor());
  Failure failure;
  failure.type = "request";
  failure.message = "asked to pause by " + why + "; nothing has failed";
  failure.frames = framesHere();
  failure.thread = gettid() == getpid() ? 0 : gettid();
  Standing standing;
  standing.stack = activeStack(failure, session_.symbolizer(), versions_);
  size_t index =
      frameOfCapture(standing.stack, site.symbol, site.label, frame.frame_address, versions_);
  standing.stack[index].statement = site.id;
  PausedFrames frames(standing.stack, index, frame, versions_);
  Pause here{standing, failure, index, frames, screenOf(failure, frames, versions_, describer_)};
  here.screen.patches_folder = watcher_.folder();
  std::cout.flush();
  std::fflush(stdout);
  console_.showPause(here.screen);
  uint32_t version = versions_.number();
  for (bool goes_on = false; !goes_on;) {
    goes_on = obeyAtPoll(here, console_.wait(here.screen, watcher_, options_.pause_timeout));
    if (terminationAsked())
      endTerminated(rescue(here, "SIGTERM during a pause").sentence);
  }
  const StackFrame &chosen = standing.stack[index];
  const Statement &next = *chosen.code->statement(site.id);
  bool changed = version != versions_.number() || !frames.writes().empty();
  keepWrites(frames);
  ContinuationCode code = changed ? switchFrame(site) : nullptr;
  if (code)
    forgetWrites(frame.frame_address, {frameAt(site)});
  console_.showResumed(chosen.code->name, next.file, next.begin_line, nowMs() - begun_at_ms);
  return code;
}

/// Actions by themselves: there is no statement to be tried again, so the run goes on behind them.
bool PausedRun::actAtPoll(Pause &here, const DroppedPatch &patch) {
  for (const std::string &complaint : patch.complaints)
    console_.showRefused(complaint);
  for (const PatchFile &action : patch.files)
    if (std::string why_not = runAction(evaluator_, here.frames, action, nullptr, here.index);
        !why_not.empty()) {
      size_t reason = why_not.rfind('\n') + 1; // behind clang's words
      console_.showFailed(why_not.substr(reason), why_not.substr(0, reason));
      watcher_.keep(patch);
      return false;
    }
  auto folder = watcher_.moveToApplied(patch);
  if (!folder)
    console_.note("the applied patch stays in the folder: " + llvm::toString(folder.takeError()));
  return true;
}

/// \return whether the run goes on
bool PausedRun::obeyAtPoll(Pause &here, PauseAnswer answer) {
  switch (answer.command) {
  case PauseCommand::Patch:
    return hasOnlyActions(answer.patch) ? actAtPoll(here, answer.patch) : live_.take(answer.patch);
  case PauseCommand::Retry:
    return true;
  case PauseCommand::Quit:
    endByInterrupt();
  case PauseCommand::TimedOut:
    endUnrepaired();
  case PauseCommand::Skip:
  case PauseCommand::Goto:
  case PauseCommand::Restart:
  case PauseCommand::Return:
  case PauseCommand::Undo:
    return tell(
        {false, "nothing has failed here: `retry` goes on, a corrected source is taken over\n"});
  default:
    return obey(here, std::move(answer));
  }
}

} // namespace jithost
