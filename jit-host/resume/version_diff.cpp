// Statement tables compared as sequences of statements; places and marks do not count.
#include "version_diff.h"

#include <algorithm>
#include <unordered_map>

namespace jithost {
namespace {

bool sameStatement(const Statement &before, const Statement &after) {
  return before.kind == after.kind && before.parent == after.parent &&
         before.block == after.block && before.text == after.text && before.labels == after.labels;
}

using FunctionIndex = std::unordered_map<std::string, const FunctionTable *>;

/// The first table of each symbol: inline functions stand in several translation units.
FunctionIndex indexOf(const StatementTable &table) {
  FunctionIndex index;
  for (const FunctionTable &function : table.functions)
    index.try_emplace(function.symbol, &function);
  return index;
}

} // namespace

bool functionChanged(const FunctionTable &before, const FunctionTable &after) {
  if (before.signature != after.signature)
    return true;
  if (before.code_hash != 0 && after.code_hash != 0 && before.code_hash != after.code_hash)
    return true;
  return !std::equal(before.statements.begin(), before.statements.end(), after.statements.begin(),
                     after.statements.end(), sameStatement);
}

VersionDiff diffVersions(const StatementTable &before, const StatementTable &after) {
  FunctionIndex old_functions = indexOf(before), new_functions = indexOf(after);
  VersionDiff diff;
  for (const FunctionTable &function : after.functions) {
    if (new_functions[function.symbol] != &function)
      continue;
    auto old_function = old_functions.find(function.symbol);
    if (old_function == old_functions.end())
      diff.added.push_back(function.symbol);
    else if (functionChanged(*old_function->second, function))
      diff.changed.push_back(function.symbol);
  }
  for (const FunctionTable &function : before.functions)
    if (old_functions[function.symbol] == &function && !new_functions.contains(function.symbol))
      diff.removed.push_back(function.symbol);
  return diff;
}

} // namespace jithost
