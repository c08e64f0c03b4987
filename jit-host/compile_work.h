// What the compile process is asked to do, as plain requests and answers: the host's side sends
// them, the handler does them in a child of the compile process.
#pragma once

#include "compile/compile_job.h"
#include "compile/compile_server.h"
#include "compile/read_files.h"
#include "resume/patch_emitter.h"

namespace jithost {

struct CompileRequest {
  CompileJob job;
  bool colours = false;
};

struct CompileAnswer {
  bool ok = false;
  std::string diagnostics;
  StatementTable table;
  std::string bitcode; // unoptimised, with marks
  std::vector<SourceFile> program_files;
};

/// At launch: with the object, and all of it as parts, most of which nobody looks at before the
/// first failure (see first_version).
struct LaunchAnswer {
  bool ok = false;
  std::string diagnostics;
  std::vector<FileState> files_read;
  bool repeatable = true;
  std::vector<std::string> parts; // when ok
};

/// Everything asked for, as one text.
std::string textOf(const CompileRequest &request);

/// The executable of the compile process, beside this one.
std::string compileExecutable();

class CompileWork {
public:
  /// Starts the compile process, unless it runs. Everything else does so too; a run that was
  /// launched from the cache needs none before it fails.
  llvm::Error start();

  llvm::Expected<std::vector<CompileAnswer>> compile(const std::vector<CompileRequest> &requests);
  llvm::Expected<std::vector<LaunchAnswer>>
  compileForLaunch(const std::vector<CompileRequest> &requests);
  llvm::Expected<EmittedObject> emit(const std::string &bitcode, const StatementTable &table,
                                     const EmitRequest &request);
  /// Makes the precompiled torch header for `job` at `path`.
  llvm::Error precompile(const CompileJob &job, const std::string &path);

private:
  llvm::Expected<Message> call(const Message &request);
  std::vector<llvm::Expected<Message>> callAll(const std::vector<CompileRequest> &requests,
                                               const char *kind);
  std::unique_ptr<CompileServer> server_;
};

} // namespace jithost
