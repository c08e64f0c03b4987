// The options of clang++ on jit-host's command line, which share its single dashes with nothing
// else.
#pragma once

#include "options.h"

namespace jithost {

/// Moves the options that mean what they mean for clang++ into `options`, in order.
/// \return the other arguments, in order. Error: an option that cannot be honoured, or lacks its
/// value.
llvm::Expected<std::vector<std::string>>
takeCompilerArguments(const std::vector<std::string> &arguments, Options &options);

/// Absolute, with the links of the folders above it resolved; the file itself may be a link.
/// \param base what a relative path starts from; empty: the working folder
std::string absolutePath(const std::string &path, const std::string &base = "");

} // namespace jithost
