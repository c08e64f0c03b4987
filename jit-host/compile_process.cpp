// The executable of the compile process: clang and LLVM are in here, so that the host, in which the
// program runs, is neither larger nor slower to start for them.
#include "compile/parsed_unit.h"
#include "compile/precompiled_header.h"
#include "instrument/call_steps.h"
#include "instrument/module_parts.h"
#include "instrument/rebind_pass.h"
#include "unit_parts.h"
#include "work_json.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include <optional>
#include <set>
#include <sys/resource.h>
#include <unistd.h>

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

/// Table and code of `unit` into `text` and `bitcode`.
void addCode(CompiledUnit &unit, const CompileJob &job, json &text, std::string &bitcode) {
  if (job.injection)
    addCallSteps(*unit.module, unit.table);
  externaliseInternals(*unit.module, unit.table, job.unit);
  text["table"] = unit.table;
  raw_string_ostream stream(bitcode);
  WriteBitcodeToFile(*unit.module, stream);
}

Message answerWith(CompiledUnit unit, const CompileJob &job) {
  Message answer;
  answer.blobs.resize(1);
  json text = {{"ok", unit.ok},
               {"partial", unit.partial},
               {"diagnostics", unit.diagnostics},
               {"program_files", unit.program_files}};
  if (unit.ok)
    addCode(unit, job, text, answer.blobs[0]);
  answer.text = dump(text);
  return answer;
}

/// The precompiled header may be gone: another run may have dropped it.
Error getReady(const CompileJob &job) {
  enterFolder(job);
  return job.precompiled_header.empty() ? Error::success()
                                        : ensurePrecompiledHeader(job, job.precompiled_header);
}

Message launch(const json &request) {
  CompileJob job = request.at("job");
  if (Error error = getReady(job))
    return {failure(std::move(error)).dump(), {}};
  CompiledUnit unit = compileUnit(job, request.at("colours"), nullptr);
  json text = {{"ok", unit.ok},
               {"diagnostics", unit.diagnostics},
               {"files_read", unit.files_read},
               {"repeatable", unit.repeatable}};
  if (!unit.ok)
    return {dump(text), {}};
  UnitStart start;
  UnitDetails details;
  json table;
  addCode(unit, job, table, details.bitcode);
  EmitRequest everything;
  everything.unit = job.unit;
  everything.optimisation = job.optimisation;
  everything.everything = true;
  auto emitted = emitVersion(*unit.module, unit.table, everything);
  if (!emitted)
    return {failure(emitted.takeError()).dump(), {}};
  start.diagnostics = unit.diagnostics;
  start.defines_main = unit.table.function("main") != nullptr;
  details.table = std::move(unit.table);
  details.program_files = std::move(unit.program_files);
  return {dump(text), partsOf(start, *emitted, details)};
}

/// Nobody waits for this, and the program computes meanwhile.
void giveWay() { setpriority(PRIO_PROCESS, 0, 10); }

/// What `message` says the process has.
struct Available {
  SymbolNames known, support;
  uint32_t unit;
  Available(const Message &message, const CompileJob &job)
      : known(message.blobs.at(0)), support(message.blobs.at(1)), unit(job.unit) {}
  bool operator()(const std::string &symbol) const {
    return known.contains(symbol) || support.contains(symbol) ||
           known.contains(publishedName(symbol, unit));
  }
};

Message compile(const Message &message, const json &request) {
  CompileJob job = request.at("job");
  if (Error error = getReady(job))
    return {failure(std::move(error)).dump(), {}};
  IsAvailable available;
  if (request.at("partial"))
    available = Available(message, job);
  return answerWith(compileUnit(job, request.at("colours"), available), job);
}

std::vector<std::string> addressTaken(const Module &module) {
  std::vector<std::string> names;
  for (const Function &function : module)
    if (function.hasAddressTaken(nullptr, false, true, /*IgnoreLLVMUsed=*/true))
      names.push_back(function.getName().str());
  return names;
}

/// What a held unit is asked for, in a child of its process.
Message fromHeld(ParsedUnit &unit, const CompileJob &job, const Message &message) {
  json request = json::parse(message.text);
  if (request.at("kind") == "everything") {
    giveWay();
    return answerWith(unit.generate(nullptr), job);
  }
  Available available(message, job);
  ChangedBodies changed =
      unit.generateChanged(request.at("sources"), request.at("names_before"),
                           [&](const std::string &symbol) { return available(symbol); });
  json text = {{"why_not", changed.why_not}};
  Message answer;
  answer.blobs.resize(1);
  if (changed.why_not.empty()) {
    referToPublished(*changed.unit.module, available.known, job.unit);
    addCode(changed.unit, job, text, answer.blobs[0]);
    text["encodings"] = changed.encodings;
    text["address_taken"] = addressTaken(*changed.unit.module);
    text["moved"] = changed.moved;
  }
  answer.text = dump(text);
  return answer;
}

/// Stays for as long as somebody holds the other end of `socket`.
Message hold(const json &request, int socket) {
  CompileJob job = request.at("job");
  if (Error error = getReady(job))
    return {failure(std::move(error)).dump(), {}};
  CompiledUnit unread = parseUnit(job, false, [&](ParsedUnit &unit) {
    unit.makeReady();
    if (Error error = sendMessage(socket, {dump({{"ok", true}}), {}}))
      _exit(1);
    CompileServer::serve(socket,
                         [&](const Message &message, int) { return fromHeld(unit, job, message); });
  });
  return {dump({{"ok", false}, {"diagnostics", unread.diagnostics}}), {}};
}

EmitRequest emitRequest(const Message &message, const json &request) {
  EmitRequest wanted = request.at("request");
  wanted.known = SymbolNames(message.blobs.at(1));
  wanted.support = SymbolNames(message.blobs.at(2));
  return wanted;
}

/// Of a unit's whole code, no more than what interim code is made of.
Expected<std::unique_ptr<Module>> readParts(const std::string &bitcode, const StatementTable &table,
                                            const EmitRequest &wanted, LLVMContext &context) {
  auto module = getLazyBitcodeModule(MemoryBufferRef(bitcode, "version"), context,
                                     /*ShouldLazyLoadMetadata=*/true);
  if (!module)
    return module;
  std::set<std::string> elsewhere; // the program's own are called by their public names
  for (const FunctionTable &entry : table.functions)
    elsewhere.insert(entry.symbol);
  std::vector<std::string> parts(wanted.changed.begin(), wanted.changed.end());
  if (wanted.continuation)
    parts.push_back(wanted.continuation->symbol);
  auto available = [&](const GlobalValue &value) {
    std::string name = value.getName().str();
    return !value.hasLocalLinkage() &&
           (elsewhere.count(name) || wanted.known.contains(name) || wanted.support.contains(name));
  };
  if (Error error = materialiseWithUsed(**module, parts, available))
    return std::move(error);
  if (Error error = (*module)->materializeMetadata())
    return std::move(error);
  keepMaterialised(**module);
  return module;
}

Message emit(const Message &message, const json &request) {
  StatementTable table = request.at("table");
  LLVMContext context;
  EmitRequest wanted = emitRequest(message, request);
  bool support = request.at("kind") == "support";
  if (support || wanted.in_background)
    giveWay();
  auto module = wanted.interim && !wanted.partial
                    ? readParts(message.blobs.at(0), table, wanted, context)
                    : parseBitcodeFile(MemoryBufferRef(message.blobs.at(0), "version"), context);
  if (!module)
    return {failure(module.takeError()).dump(), {}};
  auto emitted =
      support ? emitSupport(**module, table, wanted) : emitVersion(**module, table, wanted);
  if (!emitted)
    return {failure(emitted.takeError()).dump(), {}};
  return {toJson(*emitted).dump(), {std::move(emitted->object)}};
}

Message precompile(const json &request) {
  CompileJob job = request.at("job");
  enterFolder(job);
  if (Error error = ensurePrecompiledHeader(job, request.at("path")))
    return {failure(std::move(error)).dump(), {}};
  return {"{}", {}};
}

/// In a child of this process.
Message handle(const Message &message, int socket) {
  json request = json::parse(message.text);
  std::string kind = request.at("kind");
  if (kind == "compile")
    return compile(message, request);
  if (kind == "launch")
    return launch(request);
  if (kind == "hold")
    return hold(request, socket);
  return kind == "precompile" ? precompile(request) : emit(message, request);
}

} // namespace

int main() { serveRequests(kCompileSocket, handle); }
