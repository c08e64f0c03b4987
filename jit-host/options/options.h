// The command line as one plain struct.
#pragma once

#include "failure_rules.h"

#include <llvm/Support/Error.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jithost {

inline constexpr const char *kUsage = "jit-host [options] SOURCE... [-- PROGRAM ARGUMENTS]";

/// A source of the program and how it is compiled.
struct ProgramSource {
  std::string path;               // absolute, checked to exist
  std::vector<std::string> flags; // the compile database's, then the command line's; for clang++
  int optimisation = 2;           // -O0 ... -O3
  std::string folder;             // the compiler's working folder; empty: the one of the launch
};

struct Options {
  std::vector<ProgramSource> sources;
  std::vector<std::string> program_arguments; // what stands after --
  std::vector<std::string> compile_flags;     // of the command line, in order, for clang++
  std::optional<int> optimisation;            // of the command line
  std::vector<std::string> libraries;       // -l names and absolute paths of .so, .a, .o, in order
  std::vector<std::string> library_folders; // -L, then -Wl,-rpath
  std::string patches = "patches";
  std::string stats;                      // empty: none
  std::string journal, replay;            // to write, to read; absolute, empty: none
  std::string commands;                   // empty: the terminal
  std::string go_back = "ask";            // ask, yes, no
  std::string on_failure = "pause";       // pause, retry, retry=N, fail
  std::vector<FailureRule> failure_rules; // come before on_failure
  std::string pause_on = "fatal";         // uncaught, fatal, all
  std::string checks = "on";              // on, off
  double pause_timeout = 0;               // seconds, 0: none
  double hang_timeout = 0;                // seconds, 0: hangs are not looked for
  std::string repair_command;             // for /bin/sh -c; empty: none
  double repair_time = 120;               // seconds, of each try
  unsigned repair_tries = 3;              // for each failure
  bool repair_confirm = false;
  std::string rescue = "rescue"; // folder
  bool rescue_on_pause = false;
  uint64_t memory_budget = 0; // bytes, 0: none
  bool quiet = false;
  // For tests: how patches are compiled at first; `successors`: as bodies, and the run waits until
  // optimised code has taken over.
  std::string compile_way = "bodies"; // bodies, partial, whole, successors
  std::string inject; // for tests: a file that says where exceptions are thrown; empty: nowhere
};

/// What a command line asks for.
struct ParsedCommandLine {
  Options options;
  std::vector<std::string> warnings; // to be shown at launch
  bool done = false;                 // --help or --version was answered: end with exit code
  int exit_code = 0;
};

std::string hostVersion();

/// Parses; an option whose feature does not exist yet is an error that says so.
llvm::Expected<ParsedCommandLine> parseCommandLine(int argc, const char *const *argv);

} // namespace jithost
