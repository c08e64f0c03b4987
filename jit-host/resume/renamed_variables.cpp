// Names that have gone are paired, in order, with names that have come.
#include "renamed_variables.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace jithost {
namespace {

std::set<std::string> namesOf(const FunctionTable &code) {
  std::set<std::string> names;
  for (const Variable &variable : code.variables)
    names.insert(variable.name);
  return names;
}

/// The variables called `name`, outermost first.
std::vector<const Variable *> called(const FunctionTable &code, const std::string &name) {
  std::vector<const Variable *> result;
  for (const Variable &variable : code.variables)
    if (variable.name == name)
      result.push_back(&variable);
  return result;
}

/// Tokens that are names of members stay.
std::string renamedText(const std::string &text, const Renaming &renaming) {
  std::istringstream stream(text);
  std::string result, before;
  for (std::string token; stream >> token; before = token) {
    auto renamed = renaming.find(token);
    bool member = before == "." || before == "->" || before == "::";
    result += (result.empty() ? "" : " ");
    result += renamed == renaming.end() || member ? token : renamed->second;
  }
  return result;
}

std::string declarationText(const FunctionTable &code, const Variable &variable) {
  if (const Statement *statement = code.statement(variable.declared_by))
    return statement->text;
  auto end = std::find_if(code.variables.begin(), code.variables.end(),
                          [&](const Variable &other) { return &other == &variable; });
  return "parameter " + std::to_string(end - code.variables.begin());
}

bool sameButForNames(const FunctionTable &before, const std::string &old_name,
                     const FunctionTable &after, const std::string &new_name, Renaming renaming) {
  std::vector<const Variable *> old_ones = called(before, old_name);
  std::vector<const Variable *> new_ones = called(after, new_name);
  renaming[old_name] = new_name;
  return std::equal(old_ones.begin(), old_ones.end(), new_ones.begin(), new_ones.end(),
                    [&](const Variable *then, const Variable *now) {
                      return then->type == now->type && then->layout == now->layout &&
                             renamedText(declarationText(before, *then), renaming) ==
                                 declarationText(after, *now);
                    });
}

} // namespace

Renaming renamedVariables(const FunctionTable &before, const FunctionTable &after) {
  std::set<std::string> old_names = namesOf(before), new_names = namesOf(after), taken;
  Renaming renaming;
  for (const Variable &then : before.variables) {
    if (new_names.count(then.name) || renaming.count(then.name))
      continue;
    auto now = std::find_if(after.variables.begin(), after.variables.end(), [&](const Variable &v) {
      return !old_names.count(v.name) && !taken.count(v.name) &&
             sameButForNames(before, then.name, after, v.name, renaming);
    });
    if (now == after.variables.end())
      continue;
    renaming[then.name] = now->name;
    taken.insert(now->name);
  }
  return renaming;
}

FunctionTable withNames(FunctionTable before, const Renaming &renaming) {
  for (Variable &variable : before.variables)
    if (auto renamed = renaming.find(variable.name); renamed != renaming.end())
      variable.name = renamed->second;
  for (Statement &statement : before.statements)
    statement.text = renamedText(statement.text, renaming);
  return before;
}

std::vector<CapturedName> withNames(std::vector<CapturedName> captured, const Renaming &renaming) {
  for (CapturedName &entry : captured) {
    size_t end = std::min(entry.name.find_first_of("#."), entry.name.size()); // "x#1", "x.tmp0"
    if (auto renamed = renaming.find(entry.name.substr(0, end)); renamed != renaming.end())
      entry.name = renamed->second + entry.name.substr(end);
  }
  return captured;
}

} // namespace jithost
