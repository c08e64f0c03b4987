// What a repair command is told on its standard input: a failure as JSON, documented in README.md.
#pragma once

#include "../compile/compile_job.h"
#include "../pause/screen.h"

#include <map>
#include <string>
#include <vector>

namespace jithost {

/// An active function of the program.
struct FunctionText {
  std::string name, file;
  unsigned begin_line = 0, end_line = 0;
  std::string text;
};

/// How a source is compiled: arguments for a shell-free call, without the source and -o.
struct CompileCommand {
  std::string folder;
  std::vector<std::string> arguments;
};

/// What became of an earlier try.
struct RepairTry {
  std::string outcome; // failed, refused, applied, nothing, error, declined
  std::string reason, diagnostics;
  std::vector<SourceFile> files; // what it wrote
};

struct RepairRequest {
  PauseScreen screen;
  std::vector<FunctionText> functions;
  std::vector<SourceFile> sources; // all of the program's, as the newest version has them
  std::map<std::string, CompileCommand> compile; // by source
  std::string patches_folder;                    // the private one
  unsigned number = 1;                           // of the try
  std::vector<RepairTry> tries;                  // earlier ones
};

std::string toJson(const RepairRequest &request);

/// Lines `begin` to `end` of `text`, counted from 1.
std::string linesBetween(const std::string &text, unsigned begin, unsigned end);

} // namespace jithost
