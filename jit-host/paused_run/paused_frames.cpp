// Records of frames: the paused one's from its capture, others' from a copy of the process.
#include "paused_frames.h"

#include "pause/type_spelling.h"
#include "versions/captured_site.h"

#include <algorithm>

namespace jithost {

PausedFrames::PausedFrames(std::vector<StackFrame> &stack, size_t paused,
                           const CapturedFrame &captured, const VersionStore &versions)
    : chosen(paused), stack_(stack), paused_(paused), captured_(captured), versions_(versions) {
  innermost_.frame = stack[paused];
  innermost_.captured = parseSite(captured.site).captured;
  innermost_.captured.resize(std::min<size_t>(innermost_.captured.size(), captured.count));
  innermost_.words = captured.words;
  innermost_before_.assign(captured.words, captured.words + innermost_.captured.size());
}

PausedFrames::PausedFrames(std::vector<StackFrame> &stack, const std::vector<ProbedFrame> &guards,
                           std::thread::id thread, const VersionStore &versions)
    : stack_(stack), thread_(thread), stands_(true), versions_(versions), looked_(true) {
  addOuter(guards);
  auto stands = [](const StackFrame &frame) { return frame.statement != 0; };
  paused_ = outer_.empty() ? std::find_if(stack.begin(), stack.end(), stands) - stack.begin()
                           : outer_.begin()->first;
  chosen = paused_;
  innermost_.frame = stack[paused_];
  innermost_.missing = "(not known inside a statement)";
  if (outer_.empty())
    return;
  Outer &outer = outer_.begin()->second;
  innermost_ = outer.record; // its words stay there
  innermost_before_ = outer.before;
}

void PausedFrames::lookOutside() {
  looked_ = true;
  std::vector<ProbedFrame> found;
  if (probeFrames(captured_, stack_.size() - paused_ - 1, found))
    throw UnwindCopy();
  addOuter(std::move(found));
}

void PausedFrames::addOuter(std::vector<ProbedFrame> found) {
  for (ProbedFrame &frame : found) {
    Site site = parseSite(frame.site.c_str());
    size_t index = frameOfCapture(stack_, site.symbol, site.label, frame.frame_address, versions_);
    stack_[index].statement = site.id; // the line table may have named a neighbour
    Outer &outer = outer_[index];
    outer.words = std::move(frame.words);
    outer.before = outer.words;
    outer.record.frame = stack_[index];
    outer.record.captured = std::move(site.captured);
    outer.record.captured.resize(std::min(outer.record.captured.size(), outer.words.size()));
    outer.record.words = outer.words.data();
  }
}

FrameRecord *PausedFrames::record(size_t index) {
  if (index == paused_)
    return &innermost_;
  if (!looked_)
    lookOutside();
  auto found = outer_.find(index);
  return found == outer_.end() ? nullptr : &found->second.record;
}

void PausedFrames::addWrites(const FrameRecord &record, const std::vector<uint64_t> &before,
                             std::vector<PendingWrite> &writes) const {
  const StackFrame &frame = record.frame;
  for (size_t i = 0; i < record.captured.size(); ++i)
    if (record.words[i] != before[i])
      writes.push_back({thread_, frame.frame_address, frame.symbol, frame.label,
                        record.captured[i].name, before[i], record.words[i]});
}

std::vector<PendingWrite> PausedFrames::writes() const {
  std::vector<PendingWrite> found;
  addWrites(innermost_, innermost_before_, found);
  for (auto &[index, outer] : outer_)
    if (index != paused_)
      addWrites(outer.record, outer.before, found);
  return found;
}

std::vector<ShownVariable> variablesOf(const FrameRecord &record,
                                       const ObjectDescriber &describer) {
  std::vector<ShownVariable> shown;
  for (const HeldVariable &held : variablesIn(record)) {
    const Variable &variable = *held.variable;
    shown.push_back({variable.name, shownType(variable.spelling, variable.type),
                     held.word ? describeVariable(variable, held.kind, *held.word, describer)
                               : record.missing});
  }
  return shown;
}

} // namespace jithost
