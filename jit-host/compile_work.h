// What the compile process is asked to do, as plain requests and answers: the host's side sends
// them, the handler does them in a child of the compile process.
#pragma once

#include "compile/compile_server.h"
#include "compile/frontend.h"
#include "resume/patch_emitter.h"

namespace jithost {

struct CompileRequest {
  CompileJob job;
  bool colours = false;
  bool emit = false; // at launch: the object too
};

struct CompileAnswer {
  bool ok = false;
  std::string diagnostics;
  StatementTable table;
  std::string bitcode; // unoptimised, with marks
  std::vector<SourceFile> program_files;
  EmittedObject emitted;
};

class CompileWork {
public:
  /// Forks the compile process; call it before LibTorch is loaded and before there are threads.
  static llvm::Expected<CompileWork> start();

  llvm::Expected<std::vector<CompileAnswer>> compile(const std::vector<CompileRequest> &requests);
  llvm::Expected<EmittedObject> emit(const std::string &bitcode, const StatementTable &table,
                                     const EmitRequest &request);
  /// Makes the precompiled torch header for `job` at `path`.
  llvm::Error precompile(const CompileJob &job, const std::string &path);

private:
  std::unique_ptr<CompileServer> server_;
};

} // namespace jithost
