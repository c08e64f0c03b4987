// The top level of a source, told by its brackets: where declarations begin, and which parts of a
// list of statements can only stand there.
#pragma once

#include <string>
#include <vector>

namespace jithost {

/// Offset at which the declaration of the top level begins that contains `offset`.
size_t beginOfTopLevelItem(const std::string &text, size_t offset);

/// Statements and definitions that somebody wrote one after the other. In both, what is in the
/// other is blank, so that lines keep their numbers.
struct SplitStatements {
  std::string definitions; // functions, types, templates, namespaces, directives; empty: none
  std::string statements;
  std::vector<std::string> defined; // names that `definitions` gives a meaning to
};
SplitStatements splitStatements(const std::string &text);

/// Identifiers of `text`, each as often as it stands there.
std::vector<std::string> identifiersIn(const std::string &text);

} // namespace jithost
