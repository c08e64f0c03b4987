// The executable of the compile process: clang and LLVM are in here, so that the host, in which the
// program runs, is neither larger nor slower to start for them.
#include "../versions/unit_parts.h"
#include "../versions/work_json.h"
#include "answers.h"
#include "compile/precompiled_header.h"
#include "instrument/module_parts.h"
#include "instrument/rebind_pass.h"
#include "unit_holder.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>
#include <sys/resource.h>

#include <set>

using namespace llvm;
using namespace jithost;
using nlohmann::json;

namespace {

Message launch(const json &request) {
  CompileJob job = request.at("job");
  if (Error error = getReady(job))
    return failure(std::move(error));
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
    return failure(emitted.takeError());
  start.diagnostics = unit.diagnostics;
  start.defines_main = unit.table.function("main") != nullptr;
  details.table = std::move(unit.table);
  details.program_files = std::move(unit.program_files);
  return {dump(text), partsOf(start, *emitted, details)};
}

Message compile(const Message &message, const json &request) {
  CompileJob job = request.at("job");
  if (Error error = getReady(job))
    return failure(std::move(error));
  if (!request.at("partial"))
    return answerWith(compileUnit(job, request.at("colours"), nullptr), job);
  Available available(message.blobs, job);
  CompiledUnit unit = compileUnit(job, request.at("colours"), available);
  if (unit.ok)
    referToPublished(*unit.module, available.known, job.unit);
  return answerWith(std::move(unit), job);
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
  if (Error error = cutToUsed(**module, parts, available))
    return std::move(error);
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
    return failure(module.takeError());
  auto emitted = support                              ? emitSupport(**module, table, wanted)
                 : request.at("kind") == "evaluation" ? emitEvaluation(**module, table, wanted)
                                                      : emitVersion(**module, table, wanted);
  if (!emitted)
    return failure(emitted.takeError());
  return {json(*emitted).dump(), {std::move(emitted->object)}};
}

Message precompile(const json &request) {
  CompileJob job = request.at("job");
  enterFolder(job);
  if (Error error = ensurePrecompiledHeader(job, request.at("path")))
    return failure(std::move(error));
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
    return holdUnit(message, request, socket);
  return kind == "precompile" ? precompile(request) : emit(message, request);
}

/// A limit on address space is meant for the program: a whole unit takes clang a gigabyte.
void useAllAddressSpace() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_AS, &limit);
}

} // namespace

int main() {
  useAllAddressSpace();
  serveRequests(kCompileSocket, handle);
}
