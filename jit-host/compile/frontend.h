// Clang in process: one source file becomes unoptimised, marked IR and its statement table.
// Runs in the compile process only.
#pragma once

#include "compile_job.h"
#include "read_files.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace jithost {

struct CompiledUnit {
  CompiledUnit();
  CompiledUnit(CompiledUnit &&);
  CompiledUnit &operator=(CompiledUnit &&);
  ~CompiledUnit();
  bool ok = false;
  bool partial = false;    // without the bodies of library functions that are available
  std::string diagnostics; // clang's own, empty when there was nothing to say
  StatementTable table;
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;  // with points and guards
  std::vector<SourceFile> program_files; // every file that is not a system header
  std::vector<FileState> files_read;     // everything looked for on disk
  bool repeatable =
      true; // what was read decides what comes out: no date, no file read by assembler
};

/// Library functions whose code the process has already, by symbol.
using IsAvailable = std::function<bool(const std::string &symbol)>;

/// \param available what needs no body; null: everything the unit uses gets one
CompiledUnit compileUnit(const CompileJob &job, bool colours,
                         const IsAvailable &available = nullptr);

/// Writes the precompiled `torch/torch.h` for `job`'s flags. \return clang's diagnostics when it
/// fails.
/// \param files_read what it consists of
std::string makePrecompiledHeader(const CompileJob &job, const std::string &output,
                                  std::vector<FileState> &files_read);

} // namespace jithost
