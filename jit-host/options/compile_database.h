// A compile database (compile_commands.json), as CMake and others write it.
#pragma once

#include <llvm/Support/Error.h>

#include <string>
#include <vector>

namespace jithost {

struct DatabaseEntry {
  std::string file;                   // absolute
  std::string folder;                 // the working folder of the command, absolute
  std::vector<std::string> arguments; // without the compiler and what is put in front of it
};

/// Reads `path`. An error says where the file is not what it should be.
llvm::Expected<std::vector<DatabaseEntry>> readCompileDatabase(const std::string &path);

} // namespace jithost
