// What is said of a failure.
#include "pause_screen.h"

#include "instrument/body_names.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>

#include <algorithm>

namespace jithost {

std::string withoutBacktrace(const std::string &message) {
  return message.substr(
      0, std::min(message.find("\nException raised from "), message.find("\nframe #0: ")));
}

std::vector<std::string> sourceLines(const VersionStore &versions, const std::string &path,
                                     const std::string &label) {
  const SourceFile *file = versions.source(path, versionOf(label));
  llvm::SmallVector<llvm::StringRef, 0> lines;
  if (file)
    llvm::StringRef(file->text).split(lines, '\n');
  return {lines.begin(), lines.end()};
}

PauseScreen screenOf(const Failure &failure, PausedFrames &frames, const VersionStore &versions,
                     const ObjectDescriber &describer) {
  const StackFrame &here = frames.frame(frames.paused()); // whose statement is known
  const Statement &statement = *here.code->statement(here.statement);
  PauseScreen screen;
  screen.what = failure.type;
  screen.message = withoutBacktrace(failure.message);
  if (failure.thread != 0)
    screen.thread = "thread " + std::to_string(failure.thread);
  screen.function = here.code->name;
  screen.file = statement.file;
  screen.line = statement.begin_line;
  screen.column = statement.begin_column;
  screen.end_line = statement.end_line;
  screen.statement = statement.text;
  screen.source = sourceLines(versions, statement.file, here.label);
  if (frames.count() > kInnerFrames + kOuterFrames)
    screen.frames_left_out = frames.count() - kInnerFrames - kOuterFrames;
  for (size_t i = 0; i < frames.count(); ++i) {
    if (i == kInnerFrames)
      i += screen.frames_left_out;
    const StackFrame &shown = frames.frame(i);
    std::string note = i < frames.paused()      ? frames.goneBecause()
                       : !shown.code->resumable ? shown.code->not_resumable_because
                                                : "";
    unsigned line = i == frames.paused() ? statement.begin_line : shown.line;
    screen.frames.push_back({shown.code->name, shown.file, line, note});
  }
  screen.variables = variablesOf(*frames.record(frames.paused()), describer);
  return screen;
}

} // namespace jithost
