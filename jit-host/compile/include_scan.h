// Looks through the #include lines of a program's own files, without a preprocessor.
#pragma once

#include <string>
#include <vector>

namespace jithost {

/// Folders of -I, -iquote and -isystem.
std::vector<std::string> includeFolders(const std::vector<std::string> &flags);

/// True when `source`, or a file it includes from its own folder or an -I folder of `flags`,
/// includes a header whose name starts with one of `prefixes`.
bool includesReach(const std::string &source, const std::vector<std::string> &flags,
                   const std::vector<std::string> &prefixes);

} // namespace jithost
