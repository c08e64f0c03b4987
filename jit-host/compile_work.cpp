// Requests and answers to and from JSON, and the work itself.
#include "compile_work.h"

#include "compile/precompiled_header.h"
#include "compile/table_json.h"
#include "instrument/call_steps.h"
#include "instrument/rebind_pass.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <nlohmann/json.hpp>

#include <thread>

using namespace llvm;
using nlohmann::json;

namespace jithost {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SourceFile, path, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CompileJob, source, unit, flags, optimisation, injection, folder,
                                   precompiled_header, names_before, sources)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Refusal, reason, subject, detail, place)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CapturedName, name, kind)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ContinuationRequest, symbol, target, captured, name)

namespace {

json toJson(const EmittedObject &emitted) {
  json result = {{"bodies", emitted.bodies},
                 {"inlined", emitted.inlined},
                 {"sites", emitted.sites},
                 {"constructors", emitted.constructors}};
  if (emitted.refusal)
    result["refusal"] = *emitted.refusal;
  return result;
}

EmittedObject emittedFrom(const json &from, std::string object) {
  EmittedObject emitted;
  emitted.object = std::move(object);
  from.at("bodies").get_to(emitted.bodies);
  from.at("inlined").get_to(emitted.inlined);
  from.at("sites").get_to(emitted.sites);
  from.at("constructors").get_to(emitted.constructors);
  if (from.contains("refusal"))
    emitted.refusal = from["refusal"].get<Refusal>();
  return emitted;
}

json failure(Error error) { return {{"error", toString(std::move(error))}}; }

// --- in the compile process ---

/// Where relative paths in the flags start from. This child does one job and ends.
void enterFolder(const CompileJob &job) {
  if (!job.folder.empty())
    sys::fs::set_current_path(job.folder); // not there: clang names what it does not find
}

Message doCompile(const json &request) {
  CompileJob job = request.at("job");
  enterFolder(job);
  CompiledUnit unit = compileUnit(job, request.at("colours"));
  Message answer;
  answer.blobs.resize(2);
  json text = {
      {"ok", unit.ok}, {"diagnostics", unit.diagnostics}, {"program_files", unit.program_files}};
  if (unit.ok) {
    if (job.injection)
      addCallSteps(*unit.module, unit.table);
    externaliseInternals(*unit.module, unit.table, job.unit);
    text["table"] = unit.table;
    raw_string_ostream stream(answer.blobs[0]);
    WriteBitcodeToFile(*unit.module, stream);
  }
  if (unit.ok && request.at("emit")) {
    EmitRequest everything;
    everything.unit = job.unit;
    everything.optimisation = job.optimisation;
    everything.everything = true;
    auto emitted = emitVersion(*unit.module, unit.table, everything);
    if (!emitted)
      return {failure(emitted.takeError()).dump(), {}};
    answer.blobs[1] = std::move(emitted->object);
    text["emitted"] = toJson(*emitted);
  }
  answer.text = text.dump(-1, ' ', false, json::error_handler_t::replace);
  return answer;
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
  if (kind == "emit")
    return doEmit(request, message.blobs.at(0));
  CompileJob job = request.at("job");
  enterFolder(job);
  if (Error error = ensurePrecompiledHeader(job, request.at("path")))
    return {failure(std::move(error)).dump(), {}};
  return {"{}", {}};
}

// --- in the host ---

Expected<json> parseAnswer(Expected<Message> &answer) {
  if (!answer)
    return answer.takeError();
  json text = json::parse(answer->text, nullptr, false);
  if (text.is_discarded())
    return createStringError("the compile process gave an answer that cannot be read");
  if (text.contains("error"))
    return createStringError(text["error"].get<std::string>());
  return text;
}

} // namespace

Expected<CompileWork> CompileWork::start() {
  auto server = CompileServer::start(handle);
  if (!server)
    return server.takeError();
  CompileWork work;
  work.server_ = std::move(*server);
  return work;
}

Expected<std::vector<CompileAnswer>>
CompileWork::compile(const std::vector<CompileRequest> &requests) {
  std::vector<Message> messages;
  for (const CompileRequest &request : requests)
    messages.push_back({json{{"kind", "compile"},
                             {"job", request.job},
                             {"colours", request.colours},
                             {"emit", request.emit}}
                            .dump(-1, ' ', false, json::error_handler_t::replace),
                        {}});
  std::vector<CompileAnswer> results;
  Error failed = Error::success();
  std::vector<Expected<Message>> answers =
      server_->call(messages, std::max(1u, std::thread::hardware_concurrency()));
  for (size_t i = 0; i < answers.size(); ++i) {
    Expected<Message> &answer = answers[i];
    auto text = parseAnswer(answer);
    if (!text) {
      failed =
          joinErrors(std::move(failed), createStringError("compiling " + requests[i].job.source +
                                                          ": " + toString(text.takeError())));
      continue;
    }
    CompileAnswer result;
    text->at("ok").get_to(result.ok);
    text->at("diagnostics").get_to(result.diagnostics);
    text->at("program_files").get_to(result.program_files);
    if (text->contains("table"))
      text->at("table").get_to(result.table);
    result.bitcode = std::move(answer->blobs.at(0));
    if (text->contains("emitted"))
      result.emitted = emittedFrom(text->at("emitted"), std::move(answer->blobs.at(1)));
    results.push_back(std::move(result));
  }
  if (failed)
    return std::move(failed);
  return results;
}

Expected<EmittedObject> CompileWork::emit(const std::string &bitcode, const StatementTable &table,
                                          const EmitRequest &request) {
  json text = {{"kind", "emit"},
               {"version", request.version},
               {"unit", request.unit},
               {"optimisation", request.optimisation},
               {"changed", request.changed},
               {"known", request.known},
               {"continuation_label", request.continuation_label},
               {"table", table}};
  if (request.continuation)
    text["continuation"] = *request.continuation;
  Expected<Message> answer = server_->call({text.dump(), {bitcode}});
  auto parsed = parseAnswer(answer);
  if (!parsed)
    return parsed.takeError();
  return emittedFrom(*parsed, std::move(answer->blobs.at(0)));
}

Error CompileWork::precompile(const CompileJob &job, const std::string &path) {
  Expected<Message> answer =
      server_->call({json{{"kind", "precompile"}, {"job", job}, {"path", path}}.dump(), {}});
  auto parsed = parseAnswer(answer);
  return parsed ? Error::success() : parsed.takeError();
}

} // namespace jithost
