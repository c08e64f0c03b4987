// Where the precompiled torch header of a set of flags lies, and whether it is there.
#pragma once

#include "compile_job.h"
#include "read_files.h"

#include <llvm/Support/Error.h>

namespace jithost {

inline constexpr const char *kPrecompiledHeader = ".pch";
inline constexpr const char *kHeaderFiles = ".files"; // behind that: what it consists of

/// LibTorch's own header.
std::string torchHeader();

/// The flags that change what torch's own headers mean: where the program looks for its headers and
/// what it is warned of are none, and all levels of optimisation above 0 define the same.
CompileJob headerJob(CompileJob job);

/// Path in the user's cache folder, named after a hash of flags, compiler and LibTorch version.
std::string precompiledHeaderPath(const CompileJob &job);

/// Notes beside the header at `path` which files it consists of. \return what went wrong, empty:
/// nothing
std::string noteHeaderFiles(const std::string &path, const std::vector<FileState> &files);

/// Whether the header at `path` is there and all files that it consists of are as they were: clang
/// refuses one that an update of the system has overtaken.
bool isHeaderCurrent(const std::string &path);

/// Makes the header unless it is there (temporary name, then renamed: runs may do so at once) and
/// current. Runs in the compile process.
llvm::Error ensurePrecompiledHeader(const CompileJob &job, const std::string &path);

} // namespace jithost
