// What the compile process is asked to do, as plain requests and answers; compile_process.cpp does
// it.
#pragma once

#include "compile/compile_job.h"
#include "compile/compile_server.h"
#include "compile/read_files.h"
#include "compile/table_update.h"
#include "resume/evaluation.h"

#include <map>
#include <set>

namespace jithost {

struct CompileRequest {
  CompileJob job;
  bool colours = false;
  bool partial = false; // without library functions that the process has, where that is possible
};

struct CompileAnswer {
  bool ok = false;
  bool partial = false; // its code serves for interim code only
  std::string diagnostics;
  StatementTable table;
  std::string bitcode; // unoptimised, with marks
  std::vector<SourceFile> program_files;
};

/// What functions that were read again in a held unit bring.
struct ChangedAnswer {
  std::string why_not; // the unit has to be read as a whole
  TableUpdate update;
  std::string bitcode; // of those functions, partial
};

/// Functions whose code a patch may need though they did not change, by symbol.
struct ComingAlong {
  std::string may_continue;                               // the run may go on in it
  std::map<std::string, std::set<std::string>> contained; // in whose bodies there are which others
};

/// What statements in a frame became.
struct EvaluationAnswer {
  std::string why_not;     // the unit has to be read as a whole
  std::string diagnostics; // clang's, when there are errors
  StatementTable table;    // the frame's function, with what was put into it
  EmittedObject emitted;
};

/// A process that keeps one unit of one version parsed. It ends with this handle.
class HeldUnit {
public:
  /// \param known, support how much of their texts it has
  HeldUnit(std::unique_ptr<CompileServer> server, size_t known, size_t support)
      : known(known), support(support), server_(std::move(server)) {}

  const size_t known, support;

  /// The unit's whole code and table.
  llvm::Expected<CompileAnswer> everything();

  /// What differs between the sources it was read from and `sources`. Once: it is read into what is
  /// held, and nothing but `emit` can be asked from then on.
  /// \param along what comes along though it did not change
  /// \param new_known, new_support behind what it has
  llvm::Expected<ChangedAnswer> changed(const std::vector<SourceFile> &sources,
                                        const std::vector<LocalName> &names_before,
                                        const ComingAlong &along, std::string new_known,
                                        std::string new_support);

  /// As often as wanted. \param sources with the statements in them
  llvm::Expected<EvaluationAnswer> evaluate(const std::vector<SourceFile> &sources,
                                            const std::vector<LocalName> &names_before,
                                            const EvaluationRequest &request, std::string new_known,
                                            std::string new_support);

  /// Of what `changed` brought, once. It knows what the process has.
  llvm::Expected<EmittedObject> emit(const EmitRequest &request);

private:
  std::unique_ptr<CompileServer> server_;
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

/// Every call waits for its answer; several threads may call at once.
class CompileWork {
public:
  /// Starts the compile process, unless it runs. Everything else does so too; a run that was
  /// launched from the cache needs none before it fails.
  llvm::Error start();

  /// \param known what the process has, for partial requests
  /// \param support library functions for interim code
  llvm::Expected<std::vector<CompileAnswer>> compile(const std::vector<CompileRequest> &requests,
                                                     const SymbolNames &known = {},
                                                     const SymbolNames &support = {});
  llvm::Expected<std::vector<LaunchAnswer>>
  compileForLaunch(const std::vector<CompileRequest> &requests);
  llvm::Expected<EmittedObject> emit(const std::string &bitcode, const StatementTable &table,
                                     const EmitRequest &request);
  llvm::Expected<EmittedObject> emitSupport(const std::string &bitcode, const StatementTable &table,
                                            const EmitRequest &request);
  /// \param code of the whole unit with the statements in it
  llvm::Expected<EvaluationAnswer> emitEvaluation(const CompileAnswer &code,
                                                  const EvaluationRequest &request, uint32_t unit,
                                                  const SymbolNames &known,
                                                  const SymbolNames &support);
  /// Reads `job`'s source; waits until it is read.
  llvm::Expected<HeldUnit> hold(const CompileJob &job, const SymbolNames &known,
                                const SymbolNames &support);
  /// Makes the precompiled torch header for `job` at `path`.
  llvm::Error precompile(const CompileJob &job, const std::string &path);

private:
  llvm::Expected<Message> call(const Message &request);
  std::vector<llvm::Expected<Message>> callAll(const std::vector<CompileRequest> &requests,
                                               const char *kind,
                                               const std::vector<std::string> &blobs);
  std::mutex starting_;
  std::unique_ptr<CompileServer> server_;
};

} // namespace jithost
