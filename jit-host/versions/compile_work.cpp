// Requests to the compile process, and what it answers.
#include "compile_work.h"

#include "work_json.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <thread>

using namespace llvm;
using nlohmann::json;

namespace jithost {
namespace {

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

CompileAnswer compileAnswer(const json &text, std::vector<std::string> blobs) {
  CompileAnswer result;
  text.at("ok").get_to(result.ok);
  text.at("diagnostics").get_to(result.diagnostics);
  text.at("program_files").get_to(result.program_files);
  text.at("partial").get_to(result.partial);
  if (text.contains("table"))
    text.at("table").get_to(result.table);
  result.bitcode = std::move(blobs.at(0));
  return result;
}

Message emitMessage(const char *kind, const std::string &bitcode, const StatementTable &table,
                    const EmitRequest &request) {
  json text = {{"kind", kind}, {"request", request}, {"table", table}};
  return {text.dump(), {bitcode, request.known.text(), request.support.text()}};
}

Expected<EmittedObject> emittedAnswer(Expected<Message> answer) {
  auto parsed = parseAnswer(answer);
  if (!parsed)
    return parsed.takeError();
  EmittedObject emitted = *parsed;
  emitted.object = std::move(answer->blobs.at(0));
  return emitted;
}

} // namespace

std::string compileExecutable() {
  std::string own = sys::fs::getMainExecutable(nullptr, nullptr);
  return sys::path::parent_path(own).str() + "/jit-host-compile";
}

Error CompileWork::start() {
  std::lock_guard lock(starting_);
  if (server_)
    return Error::success();
  auto server = CompileServer::start(compileExecutable());
  if (!server)
    return server.takeError();
  server_ = std::move(*server);
  return Error::success();
}

std::string textOf(const CompileRequest &request) {
  return dump(json{{"job", request.job}, {"colours", request.colours}});
}

/// What `read` makes of each answer; one that is an error names its source.
template <typename Answer>
static Expected<std::vector<Answer>> readAll(const std::vector<CompileRequest> &requests,
                                             std::vector<Expected<Message>> messages,
                                             Answer (*read)(const json &, Message &)) {
  std::vector<Answer> answers;
  Error failed = Error::success();
  for (size_t i = 0; i < messages.size(); ++i)
    if (auto text = parseAnswer(messages[i]))
      answers.push_back(read(*text, *messages[i]));
    else
      failed =
          joinErrors(std::move(failed), createStringError("compiling " + requests[i].job.source +
                                                          ": " + toString(text.takeError())));
  if (failed)
    return std::move(failed);
  return answers;
}

Expected<Message> CompileWork::call(const Message &request) {
  if (Error error = start())
    return std::move(error);
  return server_->call(request);
}

std::vector<Expected<Message>> CompileWork::callAll(const std::vector<CompileRequest> &requests,
                                                    const char *kind,
                                                    const std::vector<std::string> &blobs) {
  std::vector<Message> messages;
  for (const CompileRequest &request : requests)
    messages.push_back({dump(json{{"kind", kind},
                                  {"job", request.job},
                                  {"partial", request.partial},
                                  {"colours", request.colours}}),
                        blobs});
  if (messages.empty()) // all from the cache: nothing to be started for
    return {};
  if (Error error = start()) {
    std::string reason = toString(std::move(error));
    std::vector<Expected<Message>> answers;
    for (size_t i = 0; i < messages.size(); ++i)
      answers.push_back(createStringError(reason));
    return answers;
  }
  return server_->call(messages, std::max(1u, std::thread::hardware_concurrency()));
}

Expected<std::vector<CompileAnswer>>
CompileWork::compile(const std::vector<CompileRequest> &requests, const SymbolNames &known,
                     const SymbolNames &support) {
  return readAll<CompileAnswer>(requests,
                                callAll(requests, "compile", {known.text(), support.text()}),
                                [](const json &text, Message &message) {
                                  return compileAnswer(text, std::move(message.blobs));
                                });
}

Expected<std::vector<LaunchAnswer>>
CompileWork::compileForLaunch(const std::vector<CompileRequest> &requests) {
  return readAll<LaunchAnswer>(requests, callAll(requests, "launch", {}),
                               [](const json &text, Message &message) {
                                 LaunchAnswer answer;
                                 text.at("ok").get_to(answer.ok);
                                 text.at("diagnostics").get_to(answer.diagnostics);
                                 text.at("files_read").get_to(answer.files_read);
                                 text.at("repeatable").get_to(answer.repeatable);
                                 answer.parts = std::move(message.blobs);
                                 return answer;
                               });
}

Expected<EmittedObject> CompileWork::emit(const std::string &bitcode, const StatementTable &table,
                                          const EmitRequest &request) {
  return emittedAnswer(call(emitMessage("emit", bitcode, table, request)));
}

Expected<EmittedObject> CompileWork::emitSupport(const std::string &bitcode,
                                                 const StatementTable &table,
                                                 const EmitRequest &request) {
  return emittedAnswer(call(emitMessage("support", bitcode, table, request)));
}

Expected<EvaluationAnswer> CompileWork::emitEvaluation(const CompileAnswer &code,
                                                       const EvaluationRequest &request,
                                                       uint32_t unit, const SymbolNames &known,
                                                       const SymbolNames &support) {
  const FunctionTable *function = code.table.function(request.symbol);
  std::optional<EmitRequest> wanted = emitRequest(function, request);
  if (!wanted)
    return createStringError("nothing can be executed here: the place has no code, or a variable "
                             "is used that the lambda does not capture");
  wanted->unit = unit;
  wanted->known = known;
  wanted->support = support;
  auto emitted = emittedAnswer(call(emitMessage("evaluation", code.bitcode, code.table, *wanted)));
  if (!emitted)
    return emitted.takeError();
  EvaluationAnswer answer;
  answer.table.functions = {*function};
  answer.emitted = std::move(*emitted);
  return answer;
}

Error CompileWork::precompile(const CompileJob &job, const std::string &path) {
  Expected<Message> answer =
      call({json{{"kind", "precompile"}, {"job", job}, {"path", path}}.dump(), {}});
  auto parsed = parseAnswer(answer);
  return parsed ? Error::success() : parsed.takeError();
}

Expected<HeldUnit> CompileWork::hold(const CompileJob &job, const SymbolNames &known,
                                     const SymbolNames &support) {
  if (Error error = start())
    return std::move(error);
  auto stayed =
      server_->open({dump({{"kind", "hold"}, {"job", job}}), {known.text(), support.text()}});
  if (!stayed)
    return stayed.takeError();
  if (json::parse(stayed->answer.text, nullptr, false).value("ok", false))
    return HeldUnit(std::move(stayed->server), known.text().size(), support.text().size());
  return createStringError("it does not compile");
}

Expected<CompileAnswer> HeldUnit::everything() {
  Expected<Message> answer = server_->call({kEverythingRequest, {}});
  auto text = parseAnswer(answer);
  if (!text)
    return text.takeError();
  return compileAnswer(*text, std::move(answer->blobs));
}

Expected<ChangedAnswer> HeldUnit::changed(const std::vector<SourceFile> &sources,
                                          const std::vector<LocalName> &names_before,
                                          const ComingAlong &along, std::string new_known,
                                          std::string new_support) {
  Expected<Message> answer = server_->call({dump({{"kind", "changed"},
                                                  {"sources", sources},
                                                  {"names_before", names_before},
                                                  {"may_continue", along.may_continue},
                                                  {"contained", along.contained}}),
                                            {std::move(new_known), std::move(new_support)}});
  auto text = parseAnswer(answer);
  if (!text)
    return text.takeError();
  ChangedAnswer result;
  text->at("why_not").get_to(result.why_not);
  if (!result.why_not.empty())
    return result;
  text->at("table").get_to(result.update.table);
  text->at("encodings").get_to(result.update.encodings);
  text->at("address_taken").get_to(result.update.address_taken);
  text->at("moved").get_to(result.update.moved);
  result.bitcode = std::move(answer->blobs.at(0));
  return result;
}

Expected<EvaluationAnswer> HeldUnit::evaluate(const std::vector<SourceFile> &sources,
                                              const std::vector<LocalName> &names_before,
                                              const EvaluationRequest &request,
                                              std::string new_known, std::string new_support) {
  json text = {{"sources", sources}, {"names_before", names_before}, {"request", request}};
  // The kind comes first: it is read without parsing the whole.
  Message message{kEvaluationRequest + ("," + dump(text).substr(1)),
                  {std::move(new_known), std::move(new_support)}};
  Expected<Message> answer = server_->call(message);
  auto parsed = parseAnswer(answer);
  if (!parsed)
    return parsed.takeError();
  EvaluationAnswer result;
  parsed->at("why_not").get_to(result.why_not);
  parsed->at("diagnostics").get_to(result.diagnostics);
  if (!result.why_not.empty())
    return result;
  parsed->at("table").get_to(result.table);
  parsed->at("emitted").get_to(result.emitted);
  result.emitted.object = std::move(answer->blobs.at(0));
  return result;
}

Expected<EmittedObject> HeldUnit::emit(const EmitRequest &request) {
  return emittedAnswer(server_->call({json{{"kind", "emit"}, {"request", request}}.dump(), {}}));
}

} // namespace jithost
