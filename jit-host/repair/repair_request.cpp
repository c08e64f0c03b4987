// Writes the JSON of a repair command.
#include "repair_request.h"

#include <nlohmann/json.hpp>
#include <sstream>

namespace jithost {
namespace {

using Json = nlohmann::ordered_json; // keeps the keys in the order in which people read them

constexpr int kVersion = 1;

template <typename T> Json listOf(const std::vector<T> &entries);

std::string statementText(const PauseScreen &screen) {
  std::string text;
  for (unsigned line = screen.line; line <= std::max(screen.line, screen.end_line); ++line)
    if (line >= 1 && line <= screen.source.size())
      text += (text.empty() ? "" : "\n") + screen.source[line - 1];
  return text;
}

Json failureJson(const PauseScreen &screen) {
  return {{"what", screen.what},
          {"message", screen.message},
          {"function", screen.function},
          {"file", screen.file},
          {"line", screen.line},
          {"statement", statementText(screen)},
          {"thread", screen.thread.empty() ? "main thread" : screen.thread}};
}

Json json(const ShownFrame &frame) {
  return {{"function", frame.function},
          {"file", frame.file},
          {"line", frame.line},
          {"note", frame.note}};
}

Json json(const FunctionText &function) {
  return {{"name", function.name},
          {"file", function.file},
          {"begin_line", function.begin_line},
          {"end_line", function.end_line},
          {"text", function.text}};
}

Json json(const SourceFile &source) { return {{"path", source.path}, {"text", source.text}}; }

Json json(const ShownVariable &variable) {
  return {{"name", variable.name}, {"type", variable.type}, {"value", variable.value}};
}

Json json(const RepairTry &earlier) {
  return {{"outcome", earlier.outcome},
          {"reason", earlier.reason},
          {"diagnostics", earlier.diagnostics},
          {"files", listOf(earlier.files)}};
}

template <typename T> Json listOf(const std::vector<T> &entries) {
  Json list = Json::array();
  for (const T &entry : entries)
    list.push_back(json(entry));
  return list;
}

Json compileJson(const std::map<std::string, CompileCommand> &commands) {
  Json result = Json::object();
  for (const auto &[source, command] : commands)
    result[source] = {{"folder", command.folder}, {"arguments", command.arguments}};
  return result;
}

} // namespace

std::string toJson(const RepairRequest &request) {
  Json text = {{"version", kVersion},
               {"failure", failureJson(request.screen)},
               {"frames", listOf(request.screen.frames)},
               {"functions", listOf(request.functions)},
               {"sources", listOf(request.sources)},
               {"variables", listOf(request.screen.variables)},
               {"compile", compileJson(request.compile)},
               {"patches_folder", request.patches_folder},
               {"try", request.number},
               {"tries", listOf(request.tries)}};
  // Messages of programs need not be UTF-8; what is not is replaced.
  return text.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string linesBetween(const std::string &text, unsigned begin, unsigned end) {
  std::istringstream lines(text);
  std::string result;
  unsigned number = 0;
  for (std::string line; std::getline(lines, line);)
    if (++number >= begin && number <= end)
      result += line + "\n";
  return result;
}

} // namespace jithost
