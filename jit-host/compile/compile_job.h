// What is to be compiled, and how: plain data for both sides, and what both have to know of clang.
#pragma once

#include "statement_table.h"

#include <string>
#include <vector>

namespace jithost {

/// A source as it was when it was read.
struct SourceFile {
  std::string path; // absolute
  std::string text;
};

struct CompileJob {
  std::string source; // absolute path
  uint32_t unit = 0;  // position on the command line; part of the names of internal symbols
  std::vector<std::string> flags; // as for clang++
  int optimisation = 2;
  bool injection = false;              // steps behind the guards, where exceptions can be injected
  bool checks = false;                 // of what C++ leaves undefined, see compile/check_marker.h
  std::string folder;                  // working folder, empty: the launch's
  std::string precompiled_header;      // path, empty: none
  std::vector<LocalName> names_before; // of the previous version, empty for the first
  std::vector<SourceFile> sources;     // read instead of what lies on disk
};

/// The arguments that clang++ is run with for `job`, without the source; for the key of caches too.
std::vector<std::string> clangArguments(const CompileJob &job);

/// True when these flags let results depend on how the code around is optimised, so that checks
/// could change them.
bool dependsOnOptimisation(const std::vector<std::string> &flags);

/// True when `source` or a header of the program that it includes names LibTorch's headers.
bool usesTorch(const std::string &source, const std::vector<std::string> &flags);

/// What a program that names no standard is compiled as, where LibTorch needs a newer one than
/// clang takes.
void addTorchStandard(std::vector<std::string> &flags);

/// A program of one LibTorch cannot run with another. \return why `flags` are of another one than
/// the host's; empty: they are not
std::string otherTorch(const std::vector<std::string> &flags);

} // namespace jithost
