// Addresses to frames by the symbolizer, places to statements by the statement table.
#include "active_stack.h"

#include "instrument/body_names.h"

#include <algorithm>

namespace jithost {

uint32_t statementAt(const FunctionTable &code, const SourcePlace &place) {
  uint32_t found = 0;
  for (const Statement &statement : code.statements) {
    bool after_begin =
        place.line > statement.begin_line ||
        (place.line == statement.begin_line && place.column >= statement.begin_column);
    bool before_end = place.line < statement.end_line ||
                      (place.line == statement.end_line && place.column <= statement.end_column);
    if (statement.file == place.file && statement.kind != StatementKind::End && after_begin &&
        before_end)
      found = statement.id; // ids grow inwards
  }
  return found;
}

std::vector<ProgramPlace> programPlaces(const CodePlace &place, bool taken_over,
                                        const VersionStore &versions) {
  std::vector<ProgramPlace> places;
  auto add = [&](const std::string &body, const SourcePlace &source) {
    ProgramPlace found;
    if (!parseBodyName(body, found.symbol, found.label))
      return;
    found.code = versions.body(found.symbol, found.label);
    found.source = source;
    if (found.code)
      places.push_back(std::move(found));
  };
  for (const auto &[body, source] : place.inlined)
    add(body, source);
  add(place.body, place.source);
  if (taken_over && !places.empty())
    places.erase(places.begin());
  return places;
}

/// A constructor or destructor of whole objects that does no more than call the one for bases: the
/// same function to a reader.
static bool onlyCalls(const StackFrame &frame, const StackFrame &inner) {
  return frame.statement == 0 && frame.symbol != inner.symbol &&
         frame.code->name == inner.code->name && frame.code->file == inner.code->file &&
         frame.code->begin_line == inner.code->begin_line;
}

std::vector<StackFrame> activeStack(const Failure &failure, Symbolizer &symbolizer,
                                    const VersionStore &versions) {
  std::vector<StackFrame> frames;
  for (const RawFrame &raw : failure.frames) {
    CodePlace place;
    if (!symbolizer.find(raw.return_address - 1, place))
      continue;
    for (ProgramPlace &found : programPlaces(place, raw.taken_over, versions)) {
      StackFrame frame;
      frame.statement = statementAt(*found.code, found.source);
      frame.symbol = std::move(found.symbol);
      frame.label = std::move(found.label);
      frame.code = found.code;
      frame.frame_address = raw.address;
      frame.file = std::move(found.source.file);
      frame.line = found.source.line;
      if (frames.empty() || !onlyCalls(frame, frames.back()))
        frames.push_back(std::move(frame));
    }
  }
  return frames;
}

/// A stack may have a million frames, each of which is asked for as it is unwound: what is sorted
/// is not searched from its begin.
static std::vector<StackFrame>::iterator firstAt(std::vector<StackFrame> &stack,
                                                 uintptr_t frame_address) {
  auto isInner = [&](const StackFrame &frame) { return frame.frame_address < frame_address; };
  auto sorted = std::partition_point(stack.begin(), stack.end(), isInner);
  bool exact = sorted != stack.end() && sorted->frame_address == frame_address &&
               (sorted == stack.begin() || isInner(*std::prev(sorted)));
  return exact ? sorted : std::find_if_not(stack.begin(), stack.end(), isInner);
}

size_t frameOfCapture(std::vector<StackFrame> &stack, const std::string &symbol,
                      const std::string &label, uintptr_t frame_address,
                      const VersionStore &versions) {
  auto begin = firstAt(stack, frame_address);
  auto end = std::find_if(begin, stack.end(), [&](const StackFrame &frame) {
    return frame.frame_address > frame_address;
  });
  auto found = std::find_if(begin, end, [&](const StackFrame &frame) {
    return frame.symbol == symbol && frame.label == label;
  });
  if (found == end) {
    StackFrame missing;
    missing.symbol = symbol;
    missing.label = label;
    missing.code = versions.body(symbol, label);
    missing.frame_address = frame_address;
    missing.file = missing.code->file;
    missing.line = missing.code->begin_line;
    found = stack.insert(begin, std::move(missing));
  }
  return found - stack.begin();
}

} // namespace jithost
