// Which sources make up the program, and the flags of each.
#pragma once

#include "options.h"

namespace jithost {

/// Fills `options.sources`: the named ones, or those of the compile database when none is named.
/// \param database path of a compile database, empty: none
/// \param warnings what was passed over
llvm::Error takeSources(const std::vector<std::string> &named, const std::string &database,
                        Options &options, std::vector<std::string> &warnings);

} // namespace jithost
