// Where the precompiled torch header of a set of flags lies, and whether it is there.
#pragma once

#include "compile_job.h"

#include <llvm/Support/Error.h>

namespace jithost {

inline constexpr const char *kPrecompiledHeader = ".pch";

/// LibTorch's own header.
std::string torchHeader();

/// The flags that change what torch's own headers mean: where the program looks for its headers and
/// what it is warned of are none, and all levels of optimisation above 0 define the same.
CompileJob headerJob(CompileJob job);

/// Path in the user's cache folder, named after a hash of flags, compiler and LibTorch version.
std::string precompiledHeaderPath(const CompileJob &job);

/// Makes the header unless it is there (temporary name, then renamed: runs may do so at once).
/// Runs in the compile process.
llvm::Error ensurePrecompiledHeader(const CompileJob &job, const std::string &path);

} // namespace jithost
