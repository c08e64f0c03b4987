// Clang in process: one source file becomes unoptimised, marked IR and its statement table.
// Runs in the compile process only.
#pragma once

#include "read_files.h"
#include "statement_table.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

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
  std::string folder;                  // working folder, empty: the launch's
  std::string precompiled_header;      // path, empty: none
  std::vector<LocalName> names_before; // of the previous version, empty for the first
  std::vector<SourceFile> sources;     // read instead of what lies on disk
};

struct CompiledUnit {
  CompiledUnit();
  CompiledUnit(CompiledUnit &&);
  ~CompiledUnit();
  bool ok = false;
  std::string diagnostics; // clang's own, empty when there was nothing to say
  StatementTable table;
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;  // with points and guards
  std::vector<SourceFile> program_files; // every file that is not a system header
  std::vector<FileState> files_read;     // everything looked for on disk
  bool repeatable =
      true; // what was read decides what comes out: no date, no file read by assembler
};

CompiledUnit compileUnit(const CompileJob &job, bool colours);

/// The arguments that clang++ is run with for `job`, without the source; for the key of caches too.
std::vector<std::string> clangArguments(const CompileJob &job);

/// True when `source` or a header of the program that it includes names LibTorch's headers.
bool usesTorch(const std::string &source, const std::vector<std::string> &flags);

/// Writes the precompiled `torch/torch.h` for `job`'s flags. \return clang's diagnostics when it
/// fails.
std::string makePrecompiledHeader(const CompileJob &job, const std::string &output);

} // namespace jithost
