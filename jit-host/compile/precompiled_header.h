// Where the precompiled torch header of a set of flags lies, and whether it is there.
#pragma once

#include "frontend.h"

#include <llvm/Support/Error.h>

namespace jithost {

/// Path in the user's cache folder, named after a hash of flags, compiler and LibTorch version.
std::string precompiledHeaderPath(const CompileJob &job);

/// Makes the header unless it is there (temporary name, then renamed: runs may do so at once).
/// Runs in the compile process.
llvm::Error ensurePrecompiledHeader(const CompileJob &job, const std::string &path);

} // namespace jithost
