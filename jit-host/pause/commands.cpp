// The words that can be said to a paused run.
#include "commands.h"

#include <fstream>
#include <spdlog/fmt/fmt.h>
#include <string_view>

namespace jithost {
namespace {

struct Command {
  Word word;
  std::string_view name, help;
};

constexpr Command kCommands[] = {
    {Word::Describe, "describe", "shows the pause again"},
    {Word::Retry, "retry", "runs the failing statement again"},
    {Word::Rescue, "rescue", "writes what the run has reached to files"},
    {Word::Quit, "quit", "gives up: the failure ends as it would natively"},
    {Word::Help, "help", "shows this"},
    {Word::Wait, "wait", "in a commands file: waits for a patch"},
};

} // namespace

std::optional<Word> parseWord(const std::string &text) {
  std::optional<Word> found;
  for (const Command &command : kCommands) {
    if (text.empty() || command.name.substr(0, text.size()) != text)
      continue;
    if (found)
      return std::nullopt;
    found = command.word;
  }
  return found;
}

std::optional<bool> parseYesNo(const std::string &text) {
  if (text == "y" || text == "yes")
    return true;
  if (text == "n" || text == "no")
    return false;
  return std::nullopt;
}

std::string helpText(const std::string &patches_folder) {
  std::string text;
  for (const Command &command : kCommands)
    text += fmt::format("  {:<8}  {}\n", command.name, command.help);
  return text +
         fmt::format("The beginning of a name is enough. A corrected source that is saved in {}\n"
                     "is compiled, and the run goes on in it.\n",
                     patches_folder);
}

std::optional<std::vector<std::string>> readCommandsFile(const std::string &path) {
  std::ifstream file(path);
  if (!file)
    return std::nullopt;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    if (line = trimmed(line); !line.empty() && line[0] != '#')
      lines.push_back(line);
  return lines;
}

std::string trimmed(const std::string &text) {
  size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos)
    return "";
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

} // namespace jithost
