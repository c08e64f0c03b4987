// The command line as one plain struct.
#pragma once

#include <llvm/Support/Error.h>

#include <cstdint>
#include <string>
#include <vector>

namespace jithost {

struct Options {
  std::vector<std::string> sources;           // absolute paths, checked to exist
  std::vector<std::string> program_arguments; // what stands after --
  std::vector<std::string>
      compile_flags; // -I -D -U -std= -isystem -include -f..., in order, for clang++
  std::vector<std::string> libraries;       // -l names
  std::vector<std::string> library_folders; // -L
  int optimisation = 2;                     // -O0 ... -O3
  std::string patches = "patches";
  std::string stats;                // empty: none
  std::string commands;             // empty: the terminal
  std::string go_back = "ask";      // ask, yes, no
  std::string on_failure = "pause"; // pause, fail
  std::string pause_on = "fatal";   // uncaught, fatal, all
  double pause_timeout = 0;         // seconds, 0: none
  bool quiet = false;
  std::string inject; // for tests: a file that says where exceptions are thrown; empty: nowhere
};

/// What a command line asks for.
struct ParsedCommandLine {
  Options options;
  bool done = false; // --help or --version was answered: end with exit code
  int exit_code = 0;
};

/// Parses; an option whose feature does not exist yet is an error that says so.
llvm::Expected<ParsedCommandLine> parseCommandLine(int argc, const char *const *argv);

} // namespace jithost
