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

std::string printable(std::string_view text) {
  std::string result;
  for (char c : text) {
    bool control = (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    result += control ? '?' : c;
  }
  return result;
}

std::string cut(const std::string &text, size_t width) {
  return text.size() <= width ? text : text.substr(0, width - 3) + "...";
}

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

std::string renderSource(const PauseScreen &screen) {
  unsigned count = screen.source.size();
  std::string text = fmt::format("  {}:{}\n", screen.file, screen.line);
  if (screen.line == 0 || screen.line > count)
    return text + "  (its source is not at hand)\n";
  unsigned last = std::clamp(screen.end_line, screen.line, count);
  unsigned shown_last = std::min(last, screen.line + kStatementLines - 1);
  unsigned from = screen.line > kLinesAround ? screen.line - kLinesAround : 1;
  unsigned to = last > shown_last ? shown_last : std::min(last + kLinesAround, count);
  unsigned width = std::to_string(to).size();
  for (unsigned line = from; line <= to; ++line) {
    bool failing = line >= screen.line && line <= last;
    std::string source = printable(screen.source[line - 1]);
    text += fmt::format("  {} {:>{}} |{}{}\n", failing ? '>' : ' ', line, width,
                        source.empty() ? "" : " ", source);
  }
  if (last > shown_last)
    text += fmt::format("  > {:>{}} | (the statement goes on until line {})\n", "", width, last);
  return text;
}

std::string renderFrames(const PauseScreen &screen) {
  std::string text;
  for (size_t i = 0; i < screen.frames.size(); ++i) {
    const ShownFrame &frame = screen.frames[i];
    text += fmt::format("  #{} {}", i, placeText(frame.function, frame.file, frame.line));
    text += frame.note.empty() ? "\n" : fmt::format("  [{}]\n", frame.note);
  }
  return text;
}

std::string renderVariables(const PauseScreen &screen) {
  size_t name_width = 0, type_width = 0;
  for (const ShownVariable &variable : screen.variables) {
    name_width = std::max(name_width, std::min(variable.name.size(), kNameWidth));
    type_width = std::max(type_width, std::min(variable.type.size(), kTypeWidth));
  }
  std::string text;
  for (const ShownVariable &variable : screen.variables)
    text +=
        fmt::format("  {:<{}}  {:<{}}  {}\n", cut(variable.name, kNameWidth), name_width,
                    cut(oneLine(variable.type), kTypeWidth), type_width, oneLine(variable.value));
  return text;
}

} // namespace

std::string oneLine(std::string_view text) {
  std::string result;
  for (char c : text) {
    bool space = c == '\n' || c == '\r' || c == '\t';
    if (space && !result.empty() && result.back() == ' ')
      continue;
    result += space ? ' ' : c;
  }
  result.erase(result.find_last_not_of(' ') + 1);
  return printable(result);
}

std::string placeText(const std::string &function, const std::string &file, unsigned line) {
  return fmt::format("{} ({}:{})", function, file, line);
}

std::string renderScreen(const PauseScreen &screen) {
  std::string on = screen.thread.empty() ? "" : " on " + oneLine(screen.thread);
  std::string text = "\n" + oneLine(screen.what) + on + "\n" + renderMessage(screen.message);
  text += "\nat\n" + renderSource(screen);
  if (!screen.frames.empty())
    text += "\nframes, innermost first\n" + renderFrames(screen);
  if (!screen.variables.empty())
    text += "\nvariables\n" + renderVariables(screen);
  if (!screen.memory.empty())
    text += "\nmemory\n" + screen.memory;
  return text + "\n";
}

std::string renderFrame(const PauseScreen &screen) {
  return renderSource(screen) + renderVariables(screen);
}

std::string renderWaiting(const PauseScreen &screen, bool commands) {
  return fmt::format("waiting for a corrected source in {}{}\n", screen.patches_folder,
                     commands ? ", or: retry, quit, describe, help" : "");
}

} // namespace jithost
