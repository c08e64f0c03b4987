// What differs between two versions of a program, function by function, blind to line numbers,
// comments and white space.
#pragma once

#include "../compile/statement_table.h"

#include <string>
#include <vector>

namespace jithost {

struct VersionDiff {
  std::vector<std::string> changed; // symbols whose tokens, signature or code differ
  std::vector<std::string> added;   // symbols that exist in `after` only
  std::vector<std::string> removed; // symbols that exist in `before` only
};

/// True when the code of a function differs: its signature, the kind, nesting or tokens of one of
/// its statements, or its normalised IR (`code_hash`; ignored when one of the two is 0).
bool functionChanged(const FunctionTable &before, const FunctionTable &after);

VersionDiff diffVersions(const StatementTable &before, const StatementTable &after);

} // namespace jithost
