// Answers are text; what a command cannot do is said in a sentence.
#include "pause_commands.h"

#include "pause_screen.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

namespace jithost {
namespace {

constexpr const char *kNotReached = "the variables of this frame cannot be reached: it has no "
                                    "guards, or looking for them would have "
                                    "to do more than compute; those of frames further in can\n";

} // namespace

std::string complaintOf(const Evaluated &evaluated) {
  if (evaluated.done)
    return "";
  std::string text = evaluated.diagnostics;
  if (!text.empty() && text.back() != '\n')
    text += "\n";
  if (text.empty())
    text = evaluated.why_not + "\n";
  if (evaluated.executed)
    text += "what it had done before that remains; the run is paused as it was\n";
  return text;
}

/// The screen's variables are those of the chosen frame.
void PauseCommands::refresh(PausedFrames &frames, PauseScreen &screen) {
  if (FrameRecord *record = frames.record(frames.chosen))
    screen.variables = variablesOf(*record, describer_);
  else
    screen.variables.clear();
}

CommandAnswer PauseCommands::frame(PausedFrames &frames, PauseScreen &screen,
                                   const std::string &argument) {
  size_t wanted = frames.chosen;
  if (!argument.empty() && (!llvm::to_integer(argument, wanted) || wanted >= frames.count()))
    return {false, "there is no frame " + argument + "; `frames` lists them\n"};
  if (wanted < frames.paused())
    return {false, "frame " + std::to_string(wanted) +
                       " is gone: it could not be paused in, a frame that called it is\n"};
  frames.chosen = wanted;
  refresh(frames, screen);
  const StackFrame &chosen = frames.frame(wanted);
  PauseScreen shown;
  shown.function = chosen.code->name;
  shown.file = chosen.file;
  shown.line = shown.end_line = chosen.line;
  if (const Statement *statement = chosen.code->statement(chosen.statement)) {
    shown.file = statement->file;
    shown.line = statement->begin_line;
    shown.end_line = statement->end_line;
  }
  shown.source = sourceLines(versions_, shown.file, chosen.label);
  shown.variables = screen.variables;
  std::string text = "#" + std::to_string(wanted) + " " +
                     placeText(shown.function, shown.file, shown.line) + "\n" + renderFrame(shown);
  return {true, frames.record(wanted) ? text : text + kNotReached};
}

CommandAnswer PauseCommands::print(PausedFrames &frames, const std::string &expression) {
  FrameRecord *record = frames.record(frames.chosen);
  if (!record)
    return {false, kNotReached};
  Evaluated result = evaluator_.show(*record, expression);
  if (!result.done)
    return {false, complaintOf(result)};
  return {true,
          result.type == "void" ? "(void)\n" : oneLine(result.type) + " = " + result.value + "\n"};
}

CommandAnswer PauseCommands::run(PausedFrames &frames, PauseScreen &screen,
                                 const std::string &statements) {
  FrameRecord *record = frames.record(frames.chosen);
  if (!record)
    return {false, kNotReached};
  Evaluated result = evaluator_.execute(*record, statements, "eval");
  if (result.executed)
    refresh(frames, screen);
  return {result.done, complaintOf(result)};
}

CommandAnswer PauseCommands::evaluate(PausedFrames &frames, PauseScreen &screen,
                                      const std::string &statements) {
  CommandAnswer answer = run(frames, screen, statements);
  return answer.done ? CommandAnswer{true, "done\n"} : answer;
}

CommandAnswer PauseCommands::set(PausedFrames &frames, PauseScreen &screen,
                                 const std::string &assignment) {
  CommandAnswer answer = run(frames, screen, assignment + ";");
  if (!answer.done)
    return answer;
  std::string name = assignment.substr(0, assignment.find('='));
  name.erase(name.find_last_not_of(" \t") + 1);
  return print(frames, name);
}

CommandAnswer PauseCommands::focus(PausedFrames &frames, const std::string &patches_folder) {
  const StackFrame &chosen = frames.frame(frames.chosen);
  const SourceFile *file = versions_.source(chosen.code->file, versions_.number());
  if (!file)
    return {false, "the source of " + chosen.code->name + " is not at hand\n"};
  std::string name = llvm::sys::path::filename(file->path).str();
  std::string path = patches_folder + "/" + name + ".edit";
  for (unsigned count = 2; llvm::sys::fs::exists(path); ++count) // somebody's work
    path = patches_folder + "/" + name + ".edit" + std::to_string(count);
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  out << file->text;
  out.close();
  if (error || out.has_error()) {
    out.clear_error();
    return {false, "cannot write " + path + ": " +
                       (error ? error.message() : "the disk may be full") + "\n"};
  }
  return {true, path + "\nedit it, then rename it to " + name + ": the run goes on in it\n"};
}

} // namespace jithost
