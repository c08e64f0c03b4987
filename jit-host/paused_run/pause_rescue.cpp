// From captured words to addresses, and a paused run's rescues.
#include "pause_rescue.h"

#include "paused_run.h"
#include "rescue/termination.h"
#include "runtime/fault.h"

#include <csetjmp>
#include <csignal>
#include <cstring>
#include <sys/uio.h>
#include <unistd.h>

namespace jithost {
namespace {

constexpr const char *kNotReached = "its variables could not be reached";

/// Where a variable lies; a reference's is that of what it refers to. Values are where the capture
/// has put them.
const void *addressOf(const Variable &variable, char kind, uint64_t &word) {
  const void *place = kind == 'a' ? reinterpret_cast<const void *>(word) : &word;
  if (!variable.reference)
    return place;
  void *target = nullptr;
  iovec local{&target, sizeof target}, remote{const_cast<void *>(place), sizeof target};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == sizeof target ? target : nullptr;
}

/// A fault in there is a damaged object. For a while whose FaultHandlers are there.
std::string valueOf(const Variable &variable, char kind, uint64_t word,
                    const ObjectDescriber &describer) {
  std::string value = "(reading it faulted)";
  sigjmp_buf back;
  FaultReturn returns{&back, nullptr};
  pushFaultReturn(&returns);
  if (sigsetjmp(back, 1) == 0)
    value = describeVariable(variable, kind, word, describer);
  popFaultReturn();
  return value;
}

std::string placeOf(const StackFrame &frame) {
  const Statement *statement = frame.code->statement(frame.statement);
  return statement ? placeText(frame.code->name, statement->file, statement->begin_line)
                   : placeText(frame.code->name, frame.file, frame.line);
}

} // namespace

std::vector<RescueVariable> rescueVariables(const FrameRecord &record,
                                            const ObjectDescriber &describer) {
  FaultHandlers handlers;
  useSignalStack();
  std::vector<RescueVariable> variables;
  for (const HeldVariable &held : variablesIn(record)) {
    const Variable &variable = *held.variable;
    RescueVariable found{variable.name, variable.type, variable.bases, nullptr, record.missing};
    if (held.word) {
      found.address = addressOf(variable, held.kind, *held.word);
      found.value = valueOf(variable, held.kind, *held.word, describer);
    }
    variables.push_back(std::move(found));
  }
  return variables;
}

RescueFrame globalVariables(const VersionStore &versions, Session &session,
                            const ObjectDescriber &describer) {
  FaultHandlers handlers;
  useSignalStack();
  RescueFrame frame;
  frame.function = frame.place = "the program's globals";
  for (const ProgramVariable &global : versions.table().globals) {
    if (global.constant)
      continue;
    Variable variable;
    variable.name = global.name;
    variable.type = global.type;
    variable.bases = global.bases;
    variable.reference = global.reference;
    auto address = session.lookup(global.symbol);
    if (!address) { // thread_local, or nothing uses it
      llvm::consumeError(address.takeError());
      continue;
    }
    frame.variables.push_back({global.name, global.type, global.bases,
                               addressOf(variable, 'a', *address),
                               valueOf(variable, 'a', *address, describer)});
  }
  return frame;
}

RescueOccasion pauseOccasion(const std::string &why, const PauseScreen &screen,
                             PausedFrames &frames, const ObjectDescriber &describer) {
  RescueOccasion occasion;
  occasion.why = why;
  occasion.what = screen.what;
  occasion.message = screen.message;
  occasion.place = placeText(screen.function, screen.file, screen.line);
  for (size_t i = 0; i < frames.count(); ++i) {
    const FrameRecord *record = i < frames.paused() ? nullptr : frames.record(i);
    RescueFrame frame;
    frame.function = frames.frame(i).code->name;
    frame.place = placeOf(frames.frame(i));
    if (i < frames.paused())
      frame.note = std::string("not seen: ") + frames.goneBecause();
    else if (record)
      frame.variables = rescueVariables(*record, describer);
    else
      frame.note = kNotReached;
    occasion.frames.push_back(std::move(frame));
  }
  return occasion;
}

Rescued PausedRun::rescue(Pause &here, const std::string &why) {
  return rescue(pauseOccasion(why, here.screen, here.frames, describer_));
}

Rescued PausedRun::rescue(RescueOccasion occasion) {
  RescueFrame globals = globalVariables(versions_, session_, describer_);
  if (!globals.variables.empty())
    occasion.frames.push_back(std::move(globals));
  return rescueNow(options_.rescue, loadedRescueWriter(), occasion);
}

/// SIGTERM came. Whoever sent it waits a few seconds before it kills.
void PausedRun::endTerminated(const std::string &rescued) {
  console_.note("SIGTERM" + (rescued.empty() ? "" : ": " + rescued));
  constexpr int kCode = 128 + SIGTERM; // as a shell sees it
  trace_.ended(kCode);
  {
    std::lock_guard lock(records_);
    metrics_.exit_code = kCode;
    writeMetrics(metrics_, options_.stats);
  }
  endByTermination();
}

} // namespace jithost
