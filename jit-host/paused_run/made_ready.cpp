// What is made ready while the person at a pause thinks, or the run goes on: units kept parsed for
// the next patch, the continuation of a retry, optimised successors of interim code.
#include "paused_run.h"

namespace jithost {
namespace {

constexpr size_t kUnitsHeld = 4; // each takes about 190 MB with LibTorch's headers

} // namespace

UnitToHold PausedRun::unitToHold(size_t index) const {
  UnitToHold unit;
  unit.index = index;
  unit.version = versions_.units()[index].version;
  unit.job = versions_.units()[index].job;
  unit.job.sources = versions_.sources();
  unit.job.names_before = versions_.units()[index].table.local_names;
  return unit;
}

/// Patches are likely to be for the sources of active frames, the innermost first.
void PausedRun::holdUnits(const Standing &standing) {
  size_t held = 0;
  for (const StackFrame &frame : standing.stack) {
    const Unit *unit = versions_.unitOf(frame.symbol);
    if (!unit || held == kUnitsHeld)
      break;
    ++held;
    if (!background_.holds(unit->job.unit))
      background_.hold(unitToHold(unit->job.unit), false, unit->wholeCode());
  }
}

/// After a patch: the next one is compared with what it made, and interim code gets successors.
void PausedRun::holdAgain() {
  for (size_t i = 0; i < versions_.units().size(); ++i)
    if (versions_.units()[i].version == versions_.number())
      background_.hold(unitToHold(i), true, nullptr);
}

/// While the person thinks.
void PausedRun::prepareRetry(const Pause &here) {
  const std::vector<StackFrame> &stack = here.standing.stack;
  RetryStart start = retryStart(stack, here.index, RetryFrom::Condition);
  std::vector<StackFrame> frames(stack.begin() + start.frame, stack.end());
  frames[0].statement = start.statement;
  preparation_.prepareAhead(frames);
}

/// While files settle: they are most likely the patch.
void PausedRun::readAhead(const Pause &here, const DroppedPatch &seen) {
  DroppedPatch sources;
  for (const PatchFile &file : seen.files)
    if (!isActionFile(file.name))
      sources.files.push_back(file);
  if (!sources.files.empty())
    preparation_.readAhead(sources, here.standing.stack[here.index].symbol);
}

bool PausedRun::takeOver(const UnitToHold &unit, const CompileAnswer &whole) {
  std::optional<unsigned> bodies = successors_.takeOver(unit, whole);
  if (!bodies)
    return false;
  std::lock_guard lock(records_);
  metrics_.successors += *bodies;
  metrics_.bodies += *bodies;
  metrics_.old_bodies += *bodies;
  writeMetrics(metrics_, options_.stats);
  return true;
}

} // namespace jithost
