// A line is completed at its end: a command's name first, behind it names of variables.
#include "completion.h"

#include "commands.h"

#include <algorithm>
#include <cctype>

namespace jithost {
namespace {

bool isNameCharacter(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::vector<std::string> beginningWith(const std::vector<std::string> &names,
                                       std::string_view begin) {
  std::vector<std::string> matches;
  for (const std::string &name : names)
    if (name.compare(0, begin.size(), begin) == 0)
      matches.push_back(name);
  std::sort(matches.begin(), matches.end());
  matches.erase(std::unique(matches.begin(), matches.end()), matches.end());
  return matches;
}

std::string commonBeginning(const std::vector<std::string> &names) {
  std::string common = names.front();
  for (const std::string &name : names) {
    auto end = std::mismatch(common.begin(), common.end(), name.begin(), name.end()).first;
    common.erase(end, common.end());
  }
  return common;
}

/// \param behind what follows a name that is complete
Completion among(const std::vector<std::string> &names, std::string_view begin,
                 const char *behind) {
  std::vector<std::string> matches = beginningWith(names, begin);
  if (matches.empty())
    return {};
  std::string added = commonBeginning(matches).substr(begin.size());
  if (matches.size() == 1)
    return {added + behind, {}};
  if (!added.empty())
    return {added, {}};
  return {"", std::move(matches)};
}

std::vector<std::string> variableNames(const PauseScreen &screen) {
  std::vector<std::string> names;
  for (const ShownVariable &variable : screen.variables)
    if (std::all_of(variable.name.begin(), variable.name.end(), isNameCharacter))
      names.push_back(variable.name);
  return names;
}

} // namespace

Completion complete(std::string_view text, const PauseScreen &screen) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  size_t name_end =
      std::find_if_not(text.begin(), text.end(), [](char c) { return isNameCharacter(c); }) -
      text.begin();
  std::string_view command = text.substr(0, name_end);
  if (name_end == text.size())
    return among(commandNames(), command, " ");
  size_t begin = text.size();
  while (begin > name_end && isNameCharacter(text[begin - 1]))
    --begin;
  std::string_view word = text.substr(begin), before = text.substr(name_end, begin - name_end);
  bool first = before.find_first_not_of(" \t") == before.npos;
  if (first && !command.empty() && std::string_view("help").substr(0, command.size()) == command)
    return among(commandNames(), word, "");
  if (first && command == "info")
    return among({"locals"}, word, "");
  bool member =
      !before.empty() && (before.back() == '.' || before.back() == ':' ||
                          (before.size() > 1 && before.substr(before.size() - 2) == "->"));
  if (!takesCode(command) || member)
    return {};
  return among(variableNames(screen), word, "");
}

} // namespace jithost
