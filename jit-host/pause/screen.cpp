// Text of the pause screen. What comes from the program (messages, values) is never let through to
// the terminal with control characters in it.
#include "screen.h"

#include <algorithm>
#include <spdlog/fmt/fmt.h>
#include <sstream>

namespace jithost {
namespace {

constexpr unsigned kLinesAround = 3, kStatementLines = 12;
constexpr size_t kTypeWidth = 40, kNameWidth = 32, kMessageLines = 20;
constexpr size_t kLeastWidth = 20; // of a value, where name and type leave hardly any room

std::string renderMessage(const std::string &message) {
  std::istringstream lines(message);
  std::string text, line;
  size_t count = 0;
  for (; std::getline(lines, line); ++count)
    if (count < kMessageLines)
      text += "  " + printable(line) + "\n";
  if (count > kMessageLines)
    text += fmt::format("  ... ({} more lines)\n", count - kMessageLines);
  return text;
}

std::string sourceLine(const std::string &text, const std::string &number, bool failing,
                       const Look &look) {
  std::string source = printable(text);
  if (look.width)
    source = cut(source, std::max(look.width, number.size() + 7 + kLeastWidth) - number.size() - 7);
  std::string line = failing ? paint(look, Tint::Red, ">") : " ";
  line += " " + paint(look, Tint::Dim, number + " |");
  if (!source.empty())
    line += " " + (failing ? paint(look, Tint::Bold, source) : source);
  return "  " + line + "\n";
}

std::string renderSource(const PauseScreen &screen, const Look &look) {
  unsigned count = screen.source.size();
  std::string text =
      "  " + paint(look, Tint::Cyan, fmt::format("{}:{}", screen.file, screen.line)) + "\n";
  if (screen.line == 0 || screen.line > count)
    return text + "  (its source is not at hand)\n";
  unsigned last = std::clamp(screen.end_line, screen.line, count);
  unsigned shown_last = std::min(last, screen.line + kStatementLines - 1);
  unsigned from = screen.line > kLinesAround ? screen.line - kLinesAround : 1;
  unsigned to = last > shown_last ? shown_last : std::min(last + kLinesAround, count);
  unsigned width = std::to_string(to).size();
  for (unsigned line = from; line <= to; ++line)
    text += sourceLine(screen.source[line - 1], fmt::format("{:>{}}", line, width),
                       line >= screen.line && line <= last, look);
  if (last > shown_last)
    text += sourceLine(fmt::format("(the statement goes on until line {})", last),
                       std::string(width, ' '), true, look);
  return text;
}

size_t widest(const std::vector<ShownVariable> &variables, std::string ShownVariable::*part) {
  size_t columns = 0;
  for (const ShownVariable &variable : variables)
    columns = std::max(columns, columnsOf(variable.*part));
  return columns;
}

constexpr size_t kGaps = 6; // in front of the three columns

/// Names and types give way as far as a value that is shown in full needs their room.
std::vector<ShownVariable> shortened(std::vector<ShownVariable> variables, size_t width) {
  for (ShownVariable &variable : variables) {
    variable.name = cut(variable.name, kNameWidth);
    variable.type = cut(variable.type, kTypeWidth);
  }
  if (width == 0)
    return variables;
  size_t names = widest(variables, &ShownVariable::name),
         types = widest(variables, &ShownVariable::type),
         values = widest(variables, &ShownVariable::value);
  if (names + types + values + kGaps > width) {
    names = std::min(names, std::max<size_t>(width / 5, 8));
    types = std::min(types, std::max<size_t>(width / 3, 8));
  }
  size_t room = std::max(width, names + types + kGaps + kLeastWidth) - names - types - kGaps;
  for (ShownVariable &variable : variables)
    variable = {cut(variable.name, names), cut(variable.type, types),
                cutSayingSize(variable.value, room)};
  return variables;
}

std::vector<ShownVariable> onOneLine(std::vector<ShownVariable> variables) {
  for (ShownVariable &variable : variables)
    variable = {oneLine(variable.name), oneLine(variable.type), oneLine(variable.value)};
  return variables;
}

std::string renderVariables(const std::vector<ShownVariable> &variables, const Look &look) {
  size_t names = widest(variables, &ShownVariable::name),
         types = widest(variables, &ShownVariable::type);
  std::string text;
  for (const ShownVariable &variable : variables)
    text += fmt::format("  {}  {}  {}\n", paint(look, Tint::Cyan, padded(variable.name, names)),
                        paint(look, Tint::Dim, padded(variable.type, types)), variable.value);
  return text;
}

} // namespace

std::string placeText(const std::string &function, const std::string &file, unsigned line) {
  return fmt::format("{} ({}:{})", function, file, line);
}

/// What gets shortened is the function's name: the place is what one looks for.
std::string renderFrames(const PauseScreen &screen, const Look &look) {
  std::string text;
  for (size_t i = 0; i < screen.frames.size(); ++i) {
    const ShownFrame &frame = screen.frames[i];
    if (i == kInnerFrames && screen.frames_left_out != 0)
      text += fmt::format("  ... {} more\n", screen.frames_left_out);
    std::string number = fmt::format("#{}", i < kInnerFrames ? i : i + screen.frames_left_out);
    std::string place = fmt::format("({}:{})", printable(frame.file), frame.line);
    std::string note = frame.note.empty() ? "" : "  [" + oneLine(frame.note) + "]";
    size_t used = 2 + number.size() + 2 + columnsOf(place) + columnsOf(note), limit = 0;
    if (look.width)
      limit = std::max(look.width, used + kLeastWidth) - used;
    text += fmt::format("  {} {} {}{}\n", paint(look, Tint::Dim, number),
                        paint(look, Tint::Bold, cut(oneLine(frame.function), limit)),
                        paint(look, Tint::Cyan, place), paint(look, Tint::Yellow, note));
  }
  return text;
}

std::string renderLocals(const PauseScreen &screen, const Look &look) {
  return screen.variables.empty() ? "no variables are in scope here\n"
                                  : renderVariables(onOneLine(screen.variables), look);
}

std::string renderScreen(const PauseScreen &screen, const Look &look) {
  std::string on = screen.thread.empty() ? "" : " on " + oneLine(screen.thread);
  std::string text = "\n" + paint(look, Tint::Red, oneLine(screen.what)) + on + "\n";
  text += renderMessage(screen.message);
  text += "\nat\n" + renderSource(screen, look);
  if (!screen.frames.empty())
    text += "\nframes, innermost first\n" + renderFrames(screen, look);
  if (!screen.variables.empty())
    text +=
        "\nvariables\n" + renderVariables(shortened(onOneLine(screen.variables), look.width), look);
  if (!screen.memory.empty())
    text += "\nmemory\n" + screen.memory;
  if (!screen.threads.empty())
    text += "\nother threads\n" + screen.threads;
  return text + "\n";
}

std::string renderFrame(const PauseScreen &screen, const Look &look) {
  return renderSource(screen, look) + renderVariables(screen.variables, look);
}

std::string renderWaiting(const PauseScreen &screen, bool commands, const Look &look) {
  return fmt::format("nothing is lost: every variable is as the failing statement left it\n"
                     "waiting for a corrected source in {}{}\n",
                     printable(screen.patches_folder),
                     commands ? ", or a command: " + paint(look, Tint::Bold, "help") + " lists them"
                              : "");
}

} // namespace jithost
