// What is done with a paused run, one answer after the other, until it goes on.
#include "action.h"
#include "compile/top_level.h"
#include "instrument/body_names.h"
#include "jit/poll_flags.h"
#include "pause/progress.h"
#include "paused_run.h"
#include "resume/named_target.h"
#include "resume/version_diff.h"
#include "version_commands.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

namespace jithost {

/// Argument of a retry that begins as those do which pass by themselves: what nobody types, but a
/// journal keeps.
constexpr const char *kFromTheCall = "from the call";

/// What passes by itself is not shown as a pause, unless it does not pass.
bool PausedRun::retriesByItself(Pause &here) {
  auto answer = automatic_.retry(here.screen, here.standing.stack, here.index);
  if (!answer)
    return false;
  if (answer->command == PauseCommand::Retry)
    answer->argument = kFromTheCall;
  trace_.answered(*answer);
  bool goes_on = obey(here, std::move(*answer));
  trace_.obeyed(goes_on);
  return goes_on || here.standing.given_up;
}

/// Who is asked first wins.
PauseAnswer PausedRun::nextAnswer(const Pause &here) {
  std::optional<PauseAnswer> answer = trace_.nextAnswer(here.screen);
  if (!answer)
    answer = automatic_.repair(here.screen, here.failure, here.standing.stack, here.index);
  if (!answer) {
    watcher_.whenQuiet([&](const DroppedPatch &seen) { readAhead(here, seen); });
    answer = console_.wait(here.screen, watcher_, options_.pause_timeout);
    watcher_.whenQuiet(nullptr);
  }
  trace_.answered(*answer);
  return std::move(*answer);
}

/// What takes more than a moment says so.
std::optional<std::string> PausedRun::workOf(const PauseAnswer &answer) {
  switch (answer.command) {
  case PauseCommand::Patch: {
    std::string names;
    for (const PatchFile &file : answer.patch.files)
      names += (names.empty() ? "" : ", ") + file.name;
    return "compiling " + names;
  }
  case PauseCommand::Undo:
    return "compiling the version before";
  case PauseCommand::Print:
  case PauseCommand::Eval:
  case PauseCommand::Set:
  case PauseCommand::Return:
    return "compiling what was typed";
  default:
    return std::nullopt;
  }
}

/// \return whether the run goes on
bool PausedRun::obey(Pause &here, PauseAnswer answer) {
  std::optional<Progress> progress;
  if (std::optional<std::string> work = workOf(answer))
    progress.emplace(console_, *work);
  switch (answer.command) {
  case PauseCommand::Patch:
    return tryPatch(here, std::move(answer.patch));
  case PauseCommand::Retry:
    return runAgain(
        here.standing,
        retryStart(here.standing.stack, here.index,
                   answer.argument == kFromTheCall ? RetryFrom::Call : RetryFrom::Condition));
  case PauseCommand::Skip:
  case PauseCommand::Goto:
  case PauseCommand::Restart:
    return obeyMove(here, answer);
  case PauseCommand::Return:
    return returnFrom(here, answer.argument);
  case PauseCommand::Undo:
    return undo(here);
  case PauseCommand::Quit:
    here.standing.given_up = true;
    return false;
  case PauseCommand::TimedOut:
    endUnrepaired();
  case PauseCommand::Frame:
    return tell(commands_.frame(here.frames, here.screen, answer.argument));
  case PauseCommand::Print:
    return tell(commands_.print(here.frames, answer.argument));
  case PauseCommand::Eval:
    return tell(commands_.evaluate(here.frames, here.screen, answer.argument));
  case PauseCommand::Set:
    return tell(commands_.set(here.frames, here.screen, answer.argument));
  case PauseCommand::Focus:
    return tell(commands_.focus(here.frames, watcher_.folder()));
  case PauseCommand::Versions:
    return tell({true, versionList(versions_)});
  case PauseCommand::Diff:
    return tell({true, versionChanges(versions_, answer.argument)});
  case PauseCommand::Rescue:
    return tellRescue(rescue(here, "asked for at the pause"));
  case PauseCommand::Terminate: // acted upon after every answer
    return false;
  }
  return false;
}

bool PausedRun::tellRescue(const Rescued &rescued) {
  return tell({rescued.done, rescued.sentence + "\n"});
}

/// The run stays paused.
bool PausedRun::tell(const CommandAnswer &answer) {
  console_.answer(answer.text);
  if (!answer.done)
    trace_.outcome("failed", answer.text.substr(0, answer.text.find('\n')));
  return false;
}

/// To a statement of the chosen frame. Frames further in are unwound.
bool PausedRun::obeyMove(Pause &here, const PauseAnswer &answer) {
  double begun_at_ms = nowMs();
  const StackFrame &chosen = here.frames.frame(here.frames.chosen);
  const FunctionTable *now = versions_.table().function(chosen.symbol);
  if (!here.frames.record(here.frames.chosen) || !now)
    return tell(
        {false, std::string("the run cannot go on in this frame: ") +
                    (now ? "it has no guards\n" : "the newest version has no such function\n")});

  ActiveFrame active{chosen.code, chosen.statement};
  uint32_t line = 0;
  llvm::to_integer(answer.argument, line);
  NamedTarget target = answer.command == PauseCommand::Skip   ? targetBehind(active, *now)
                       : answer.command == PauseCommand::Goto ? targetAtLine(active, *now, line)
                                                              : targetAtBegin(active, *now);
  if (auto *why_not = std::get_if<std::string>(&target))
    return tell({false, *why_not + "\n"});

  Landing landing = std::get<Landing>(target);
  landing.frame = here.frames.chosen - here.index;
  std::vector<StackFrame> frames(here.standing.stack.begin() + here.index,
                                 here.standing.stack.end());
  if (!take(here.standing, preparation_.prepareLanding(frames, landing), here.index,
            PatchMetrics()))
    return false;
  here.standing.repair->is_retry = true;
  here.standing.repair->begun_at_ms = begun_at_ms;
  return true;
}

bool PausedRun::returnFrom(Pause &here, const std::string &expression) {
  double begun_at_ms = nowMs();
  FrameRecord *record = here.frames.record(here.frames.chosen);
  if (!record)
    return tell({false, "the run cannot go on in this frame: it has no guards\n"});

  ReturningCode code = evaluator_.returning(*record, expression);
  if (code.address == 0)
    return tell({false, code.diagnostics.empty() ? code.why_not + "\n" : code.diagnostics});

  versions_.addOldContinuation(code.emitted, record->frame.symbol, code.label, code.function);
  PreparedPatch prepared;
  prepared.version = versions_.number();
  prepared.units = versions_.units();
  prepared.landing = {
      here.frames.chosen - here.index, record->frame.statement, code.begin, true, {}};
  prepared.continuation_symbol = record->frame.symbol;
  prepared.continuation_label = code.label;
  prepared.continuation = code.address;
  take(here.standing, std::move(prepared), here.index, PatchMetrics());
  here.standing.repair->is_retry = true;
  here.standing.repair->begun_at_ms = begun_at_ms;
  return true;
}

/// The code as it was before the last patch is one more patch, with all that may be said against
/// it.
bool PausedRun::undo(Pause &here) {
  uint32_t newest = versions_.number();
  if (newest == 1)
    return tell({false, "nothing to undo: this is the program as it was launched\n"});

  auto known = undoes_.find(newest);
  uint32_t back = known == undoes_.end() ? newest - 1 : known->second;
  if (back == 0)
    return tell({false, "nothing to undo: this is the program as it was launched\n"});

  DroppedPatch patch;
  patch.in_folder = false;
  patch.settled_at_ms = patch.detected_at_ms = nowMs();
  for (const SourceFile &now : versions_.sources())
    if (const SourceFile *then = versions_.source(now.path, back); then && then->text != now.text)
      patch.files.push_back({now.path, now.path, then->text});
  if (!tryPatch(here, std::move(patch)))
    return false;
  auto before = undoes_.find(back);
  undoes_[versions_.number()] = before == undoes_.end() ? back - 1 : before->second;
  console_.note("back to the code of version " + std::to_string(back) + ", as version " +
                std::to_string(versions_.number()));
  return true;
}

/// Frames further out ask at their next poll, and then hear of what was written to them.
void PausedRun::keepWrites(const PausedFrames &frames) {
  const StackFrame &paused = frames.frame(frames.paused());
  for (PendingWrite &write : frames.writes()) {
    std::string body = bodyName(write.symbol, write.label);
    bool further_out = write.frame_address != paused.frame_address ||
                       write.symbol != paused.symbol || write.label != paused.label;
    if (further_out && !isMarked(session_, body)) {
      markOutdated(session_, {body});
      marked_[body] = versions_.number();
    }
    writes_.push_back(std::move(write));
  }
}

/// In each guard on the way and at a poll: the record is made anew there. What the statement in
/// progress has changed since stays: it was computed from the value before.
bool PausedRun::applyWrites(const Site &site, const CapturedFrame &frame) {
  bool any = false;
  for (const PendingWrite &write : writes_) {
    if (write.thread != std::this_thread::get_id() || write.frame_address != frame.frame_address ||
        write.symbol != site.symbol || write.label != site.label)
      continue;
    for (size_t i = 0; i < site.captured.size() && i < frame.count; ++i) {
      if (site.captured[i].name != write.name || site.captured[i].kind == 'a')
        continue;
      any = true;
      if (frame.words[i] == write.before)
        frame.words[i] = write.word;
      else if (frame.words[i] != write.word) // not the paused frame itself
        console_.note("`" + write.name +
                      "` keeps what the statement in progress has given it; what " +
                      "was written to it before is dropped");
    }
  }
  return any;
}

/// A frame goes on: what was written to it is done, and frames further in are gone. Those that are
/// inlined into each other have one address.
void PausedRun::forgetWrites(uintptr_t address, const std::vector<StackFrame> &with) {
  std::erase_if(writes_, [&](const PendingWrite &write) {
    if (write.thread != std::this_thread::get_id() || write.frame_address > address)
      return false;
    return write.frame_address < address ||
           std::any_of(
               with.begin(), with.end(),
               [&](const StackFrame &frame) {
                 return frame.symbol == write.symbol && frame.label == write.label;
               });
  });
  std::erase_if(marked_, [&](const auto &marked) {
    bool waits = std::any_of(writes_.begin(), writes_.end(), [&](const PendingWrite &write) {
      return bodyName(write.symbol, write.label) == marked.first;
    });
    if (!waits && (marked.second == versions_.number() || versions_.isNewest(marked.first)))
      unmark(session_, marked.first);
    return !waits;
  });
}

/// A patch with its actions: everything is compiled, the actions run, and then the run goes on in
/// the new code. Actions alone: the failing statement is tried again.
bool PausedRun::tryPatch(Pause &here, DroppedPatch patch) {
  PatchMetrics metrics;
  metrics.detect_ms = patch.detected_at_ms - patch.settled_at_ms;
  DroppedPatch sources;
  std::vector<PatchFile> actions;
  for (const PatchFile &file : patch.files)
    (isActionFile(file.name) ? actions : sources.files).push_back(file);
  bool done = true;
  if (sources.files.empty()) {
    done =
        act(here, actions, nullptr, metrics) &&
        tryAgain(here.standing, retryStart(here.standing.stack, here.index, RetryFrom::Condition),
                 std::move(metrics));
  } else {
    std::vector<StackFrame> frames(here.standing.stack.begin() + here.index,
                                   here.standing.stack.end());
    Preparation preparation = preparation_.preparePatch(sources, frames);
    auto *prepared = std::get_if<PreparedPatch>(&preparation);
    automatic_.learn(preparation);
    done = (!prepared || act(here, actions, prepared, metrics)) &&
           take(here.standing, std::move(preparation), here.index, std::move(metrics));
  }
  automatic_.learn(done);
  if (!done) {
    if (patch.in_folder)
      watcher_.keep(patch);
    return false;
  }
  here.standing.repair->begun_at_ms = patch.settled_at_ms;
  if (!patch.in_folder && !patch.copied)
    return true;
  auto folder = watcher_.moveToApplied(patch);
  if (!folder)
    console_.note("the applied patch stays in the folder: " + llvm::toString(folder.takeError()));
  return true;
}

/// Runs actions in the order of their names, in the code of `patch`. \return whether all were done
bool PausedRun::act(Pause &here, const std::vector<PatchFile> &actions, PreparedPatch *patch,
                    PatchMetrics &metrics) {
  double begin_ms = nowMs();
  LinkedObject before;
  if (patch && !actions.empty()) {
    before = preparation_.tryOut(*patch);
    runConstructors(*patch);
  }
  for (const PatchFile &action : actions) {
    std::string why_not = runAction(evaluator_, here.frames, action, patch, here.index);
    if (why_not.empty())
      continue;
    preparation_.takeBack(before);
    size_t first_line = why_not.rfind('\n');
    std::string reason = first_line == std::string::npos ? why_not : why_not.substr(first_line + 1);
    console_.showFailed(reason,
                        first_line == std::string::npos ? "" : why_not.substr(0, first_line));
    metrics.outcome = "failed";
    metrics.reason = std::move(reason);
    trace_.outcome(metrics);
    record(metrics);
    return false;
  }
  metrics.compile_ms += nowMs() - begin_ms;
  return true;
}

} // namespace jithost
