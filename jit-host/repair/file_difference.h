// What differs between two texts, as people read it.
#pragma once

#include <string>

namespace jithost {

/// Unified, as `diff -u` writes it, with `path` in its head; a sentence where there is no diff.
std::string unifiedDifference(const std::string &path, const std::string &before,
                              const std::string &after);

} // namespace jithost
