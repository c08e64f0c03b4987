// The flags of a compiler command, cut down to what this host compiles with.
#pragma once

#include <llvm/ADT/ArrayRef.h>

#include <optional>
#include <string>
#include <vector>

namespace jithost {

struct CompileFlags {
  std::vector<std::string> flags; // for clang++; folders are absolute
  std::optional<int> optimisation;
  std::vector<std::string> left_out; // what changes the program and cannot be honoured, or is
                                     // unknown to clang
};

/// Flags of a command that another compiler may have been meant to run. What says where output
/// goes, how it is linked or how it is reported has no meaning here and is dropped.
/// \param arguments the command without the compiler
/// \param folder what relative paths start from
CompileFlags flagsOfCommand(llvm::ArrayRef<std::string> arguments, const std::string &folder);

/// True for flags that would break code which lies anywhere in memory and must unwind, or that
/// belong to the host (position, thread-local storage, output).
bool isHostsOwn(llvm::StringRef flag);

} // namespace jithost
