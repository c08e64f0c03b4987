// What changed between two texts, line by line, for people.
#pragma once

#include <string>

namespace jithost {

/// The changed lines with two unchanged ones around them, as `diff -u` marks them:
///   @@ line 12
///      int sum = 0;
///   -  sum += values.at(1);
///   +  sum += values.at(0);
/// The line is that of `after`. Empty when both are equal.
std::string lineChanges(const std::string &before, const std::string &after);

} // namespace jithost
