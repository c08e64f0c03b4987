// What is done with a paused run, one answer after the other, until it goes on.
#include "compile/top_level.h"
#include "instrument/body_names.h"
#include "jit/poll_flags.h"
#include "paused_run.h"
#include "resume/named_target.h"
#include "resume/version_diff.h"

#include <llvm/ADT/StringExtras.h>

namespace jithost {

/// Who is asked first wins.
PauseAnswer PausedRun::nextAnswer(const PauseScreen &screen) {
  return console_.wait(screen, watcher_, options_.pause_timeout);
}

/// \return whether the run goes on
bool PausedRun::obey(Pause &here, PauseAnswer answer) {
  switch (answer.command) {
  case PauseCommand::Patch:
    return tryPatch(here, std::move(answer.patch));
  case PauseCommand::Retry:
    return tryRetry(here.standing, here.index);
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
    console_.answer(commands_.frame(here.frames, here.screen, answer.argument));
    return false;
  case PauseCommand::Print:
    console_.answer(commands_.print(here.frames, answer.argument));
    return false;
  case PauseCommand::Eval:
    console_.answer(commands_.evaluate(here.frames, here.screen, answer.argument));
    return false;
  case PauseCommand::Set:
    console_.answer(commands_.set(here.frames, here.screen, answer.argument));
    return false;
  case PauseCommand::Focus:
    console_.answer(commands_.focus(here.frames, watcher_.folder()));
    return false;
  case PauseCommand::Diff:
  case PauseCommand::Versions:
  case PauseCommand::Rescue:
    console_.answer("this command is not available yet\n");
    return false;
  }
  return false;
}

/// To a statement of the chosen frame. Frames further in are unwound.
bool PausedRun::obeyMove(Pause &here, const PauseAnswer &answer) {
  double begun_at_ms = nowMs();
  const StackFrame &chosen = here.frames.frame(here.frames.chosen);
  const FunctionTable *now = versions_.table().function(chosen.symbol);
  if (!here.frames.record(here.frames.chosen) || !now) {
    console_.answer(std::string("the run cannot go on in this frame: ") +
                    (now ? "it has no guards\n" : "the newest version has no such function\n"));
    return false;
  }
  ActiveFrame active{chosen.code, chosen.statement};
  uint32_t line = 0;
  llvm::to_integer(answer.argument, line);
  NamedTarget target = answer.command == PauseCommand::Skip   ? targetBehind(active, *now)
                       : answer.command == PauseCommand::Goto ? targetAtLine(active, *now, line)
                                                              : targetAtBegin(active, *now);
  if (auto *why_not = std::get_if<std::string>(&target)) {
    console_.answer(*why_not + "\n");
    return false;
  }
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
  if (!record) {
    console_.answer("the run cannot go on in this frame: it has no guards\n");
    return false;
  }
  ReturningCode code = evaluator_.returning(*record, expression);
  if (code.address == 0) {
    console_.answer((code.diagnostics.empty() ? code.why_not + "\n" : code.diagnostics));
    return false;
  }
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
  if (newest == 1) {
    console_.answer("nothing to undo: this is the program as it was launched\n");
    return false;
  }
  auto known = undoes_.find(newest);
  uint32_t back = known == undoes_.end() ? newest - 1 : known->second;
  if (back == 0) {
    console_.answer("nothing to undo: this is the program as it was launched\n");
    return false;
  }
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
  for (PendingWrite &write : frames.writes()) {
    markOutdated(session_, {bodyName(write.symbol, write.label)});
    writes_.push_back(std::move(write));
  }
}

bool PausedRun::applyWrites(const Site &site, const CapturedFrame &frame) {
  bool any = false;
  std::erase_if(writes_, [&](const PendingWrite &write) {
    if (write.frame_address != frame.frame_address || write.symbol != site.symbol ||
        write.label != site.label)
      return false;
    for (size_t i = 0; i < site.captured.size() && i < frame.count; ++i)
      if (site.captured[i].name == write.name && site.captured[i].kind != 'a') {
        frame.words[i] = write.word;
        any = true;
      }
    return true;
  });
  return any;
}

} // namespace jithost
