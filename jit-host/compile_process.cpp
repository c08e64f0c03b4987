// The executable of the compile process: clang and LLVM are in here, so that the host, in which the
// program runs, is neither larger nor slower to start for them.
#include "compile/frontend.h"
#include "compile/precompiled_header.h"
#include "instrument/call_steps.h"
#include "instrument/rebind_pass.h"
#include "unit_parts.h"
#include "work_json.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

using namespace llvm;
using namespace jithost;
using nlohmann::json;

namespace {

json failure(Error error) { return {{"error", toString(std::move(error))}}; }

/// Where relative paths in the flags start from. This child does one job and ends.
void enterFolder(const CompileJob &job) {
  if (!job.folder.empty())
    sys::fs::set_current_path(job.folder); // not there: clang names what it does not find
}

/// Marked, unoptimised code and the bitcode of it.
Expected<CompiledUnit> compileMarked(const json &request, std::string &bitcode) {
  CompileJob job = request.at("job");
  enterFolder(job);
  if (!job.precompiled_header.empty()) // another run may have dropped it
    if (Error error = ensurePrecompiledHeader(job, job.precompiled_header))
      return std::move(error);
  CompiledUnit unit = compileUnit(job, request.at("colours"));
  if (unit.ok) {
    if (job.injection)
      addCallSteps(*unit.module, unit.table);
    externaliseInternals(*unit.module, unit.table, job.unit);
    raw_string_ostream stream(bitcode);
    WriteBitcodeToFile(*unit.module, stream);
  }
  return unit;
}

Message doCompile(const json &request) {
  Message answer;
  answer.blobs.resize(1);
  auto unit = compileMarked(request, answer.blobs[0]);
  if (!unit)
    return {failure(unit.takeError()).dump(), {}};
  json text = {
      {"ok", unit->ok}, {"diagnostics", unit->diagnostics}, {"program_files", unit->program_files}};
  if (unit->ok)
    text["table"] = unit->table;
  answer.text = dump(text);
  return answer;
}

Message doLaunch(const json &request) {
  std::string bitcode;
  auto unit = compileMarked(request, bitcode);
  if (!unit)
    return {failure(unit.takeError()).dump(), {}};
  json text = {{"ok", unit->ok},
               {"diagnostics", unit->diagnostics},
               {"files_read", unit->files_read},
               {"repeatable", unit->repeatable}};
  if (!unit->ok)
    return {dump(text), {}};
  EmitRequest everything;
  everything.unit = request.at("job").at("unit");
  everything.optimisation = request.at("job").at("optimisation");
  everything.everything = true;
  auto emitted = emitVersion(*unit->module, unit->table, everything);
  if (!emitted)
    return {failure(emitted.takeError()).dump(), {}};
  UnitStart start;
  start.diagnostics = unit->diagnostics;
  start.defines_main = unit->table.function("main") != nullptr;
  UnitDetails details;
  details.table = std::move(unit->table);
  details.bitcode = std::move(bitcode);
  details.program_files = std::move(unit->program_files);
  return {dump(text), partsOf(start, *emitted, details)};
}

Message doEmit(const json &request, const std::string &bitcode) {
  EmitRequest wanted;
  request.at("version").get_to(wanted.version);
  request.at("unit").get_to(wanted.unit);
  request.at("optimisation").get_to(wanted.optimisation);
  request.at("changed").get_to(wanted.changed);
  request.at("known").get_to(wanted.known);
  request.at("continuation_label").get_to(wanted.continuation_label);
  if (request.contains("continuation"))
    wanted.continuation = request["continuation"].get<ContinuationRequest>();
  StatementTable table = request.at("table");
  LLVMContext context;
  auto module = parseBitcodeFile(MemoryBufferRef(bitcode, "version"), context);
  if (!module)
    return {failure(module.takeError()).dump(), {}};
  auto emitted = emitVersion(**module, table, wanted);
  if (!emitted)
    return {failure(emitted.takeError()).dump(), {}};
  return {toJson(*emitted).dump(), {std::move(emitted->object)}};
}

Message handle(const Message &message) {
  json request = json::parse(message.text);
  std::string kind = request.at("kind");
  if (kind == "compile")
    return doCompile(request);
  if (kind == "launch")
    return doLaunch(request);
  if (kind == "emit")
    return doEmit(request, message.blobs.at(0));
  CompileJob job = request.at("job");
  enterFolder(job);
  if (Error error = ensurePrecompiledHeader(job, request.at("path")))
    return {failure(std::move(error)).dump(), {}};
  return {"{}", {}};
}

} // namespace

int main() { serveRequests(kCompileSocket, handle); }
