// Addresses to frames by the symbolizer, places to statements by the statement table.
#include "active_stack.h"

#include "instrument/body_names.h"

namespace jithost {

uint32_t statementAt(const FunctionTable &code, const std::string &file, unsigned line,
                     unsigned column) {
  uint32_t found = 0;
  for (const Statement &statement : code.statements) {
    bool after_begin = line > statement.begin_line ||
                       (line == statement.begin_line && column >= statement.begin_column);
    bool before_end =
        line < statement.end_line || (line == statement.end_line && column <= statement.end_column);
    if (statement.file == file && statement.kind != StatementKind::End && after_begin && before_end)
      found = statement.id; // ids grow inwards
  }
  return found;
}

std::vector<StackFrame> activeStack(const Failure &failure, Symbolizer &symbolizer,
                                    const VersionStore &versions) {
  std::vector<StackFrame> frames;
  for (const RawFrame &raw : failure.frames) {
    CodePlace place;
    StackFrame frame;
    if (!symbolizer.find(raw.return_address - 1, place) ||
        !parseBodyName(place.body, frame.symbol, frame.label))
      continue;
    frame.code = versions.body(frame.symbol, frame.label);
    if (!frame.code)
      continue;
    frame.stack_pointer = raw.stack_pointer;
    frame.file = place.file;
    frame.line = place.line;
    frame.statement = statementAt(*frame.code, place.file, place.line, place.column);
    frames.push_back(std::move(frame));
  }
  return frames;
}

} // namespace jithost
