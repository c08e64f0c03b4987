// The requests to a held unit, in the order in which a patch makes them.
#include "unit_holder.h"

#include "../versions/work_json.h"
#include "answers.h"
#include "compile/compile_server.h"
#include "compile/parsed_unit.h"
#include "instrument/checks.h"
#include "instrument/rebind_pass.h"
#include "instrument/rehearsal.h"

#include <llvm/IR/Module.h>

#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <sys/mman.h>
#include <unistd.h>

using namespace llvm;
using nlohmann::json;

namespace jithost {
namespace {

std::vector<std::string> addressTaken(const Module &module) {
  std::vector<std::string> names;
  for (const Function &function : module)
    if (function.hasAddressTaken(nullptr, false, true, /*IgnoreLLVMUsed=*/true))
      names.push_back(function.getName().str());
  return names;
}

/// The precompiled header is read all over while its unit is: 100 MB of it are then in this
/// process, most of which a patch never needs. What it does comes from the system's file cache
/// again.
void leavePrecompiledHeader() {
  std::ifstream mappings("/proc/self/maps");
  for (std::string line; std::getline(mappings, line);) {
    uint64_t begin = 0, end = 0;
    char access[5] = "";
    if (StringRef(line).ends_with(".pch") &&
        std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %4s", &begin, &end, access) == 3 &&
        access == StringRef("r--p")) // never written to, so nothing is lost
      madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED);
  }
}

class UnitHolder {
public:
  UnitHolder(ParsedUnit &unit, const CompileJob &job, Available available)
      : unit_(unit), job_(job), available_(std::move(available)) {}

  Message answer(const Message &message) {
    if (message.text == kEverythingRequest)
      return everything();
    json request = json::parse(message.text);
    if (request.at("kind") == "evaluation")
      return evaluate(message, request);
    return request.at("kind") == "changed" ? changed(message, request) : emit(request);
  }

private:
  /// In a child.
  Message everything() {
    if (is_changed_)
      return failure(createStringError("the unit that was held is used up"));
    giveWay();
    return answerWith(unit_.generate(nullptr), job_);
  }

  Message changed(const Message &message, const json &request) {
    is_changed_ = true;
    available_.known.append(message.blobs.at(0));
    available_.support.append(message.blobs.at(1));
    ChangedBodies changed = unit_.generateChanged(
        request.at("sources"), request.at("names_before"),
        [&](const std::vector<std::string> &symbols) { return along(request, symbols); },
        [&](const std::string &symbol) { return available_(symbol); });
    json text = {{"why_not", changed.why_not}};
    Message answer;
    answer.blobs.resize(1);
    if (changed.why_not.empty()) {
      referToPublished(*changed.unit.module, available_.known, job_.unit);
      addCode(changed.unit, job_, text, answer.blobs[0]);
      text["encodings"] = changed.encodings;
      text["address_taken"] = addressTaken(*changed.unit.module);
      text["moved"] = changed.moved;
      changed_ = std::move(changed.unit);
    }
    answer.text = dump(text);
    return answer;
  }

  /// In a child: what it holds is still that of the version.
  Message evaluate(const Message &message, const json &request) {
    if (is_changed_)
      return failure(createStringError("the unit that was held is used up"));
    available_.known.append(message.blobs.at(0));
    available_.support.append(message.blobs.at(1));
    ChangedBodies changed = unit_.generateChanged(
        request.at("sources"), request.at("names_before"),
        [](const std::vector<std::string> &) { return std::vector<std::string>(); },
        [&](const std::string &symbol) { return available_(symbol); });
    json text = {{"why_not", changed.why_not}, {"diagnostics", changed.diagnostics}};
    if (!changed.why_not.empty())
      return {dump(text), {}};
    Module &module = *changed.unit.module;
    if (job_.checks)
      lowerChecks(module);
    referToPublished(module, available_.known, job_.unit);
    externaliseInternals(module, changed.unit.table, job_.unit);
    EvaluationRequest wanted = request.at("request");
    const FunctionTable *function = changed.unit.table.function(wanted.symbol);
    std::optional<EmitRequest> emit = emitRequest(function, wanted);
    if (!emit) {
      text["why_not"] = "the place is not in a body that can be read again";
      return {dump(text), {}};
    }
    emit->unit = job_.unit;
    emit->known = std::move(available_.known);
    emit->support = std::move(available_.support);
    auto emitted = emitEvaluation(module, changed.unit.table, *emit);
    if (!emitted)
      return failure(emitted.takeError());
    StatementTable table;
    table.functions = {*function};
    text["table"] = table;
    text["emitted"] = *emitted;
    return {dump(text), {std::move(emitted->object)}};
  }

  /// As the unit names it: without what tells internal functions of units apart.
  std::string inUnit(std::string symbol) const {
    std::string suffix = publishedName("", job_.unit);
    if (StringRef(symbol).ends_with(suffix))
      symbol.resize(symbol.size() - suffix.size());
    return symbol;
  }

  /// Where the run may go on, and what contains any of `changed`.
  std::vector<std::string> along(const json &request,
                                 const std::vector<std::string> &changed) const {
    std::vector<std::string> found{inUnit(request.at("may_continue"))};
    for (auto &[name, contained] : request.at("contained").items())
      for (const std::string symbol : contained)
        if (is_contained(changed, inUnit(symbol))) {
          found.push_back(inUnit(name));
          break;
        }
    return found;
  }

  /// Of what changed, once.
  Message emit(const json &request) {
    if (!changed_.module)
      return failure(createStringError("there is no code to be emitted"));
    EmitRequest wanted = request.at("request");
    wanted.known = std::move(available_.known);
    wanted.support = std::move(available_.support);
    auto emitted = emitVersion(*changed_.module, changed_.table, wanted);
    changed_.module.reset();
    if (!emitted)
      return failure(emitted.takeError());
    return {json(*emitted).dump(), {std::move(emitted->object)}};
  }

  ParsedUnit &unit_;
  const CompileJob &job_;
  Available available_;
  bool is_changed_ = false;
  CompiledUnit changed_;
};

} // namespace

Message holdUnit(const Message &message, const json &request, int socket) {
  CompileJob job = request.at("job");
  if (Error error = getReady(job))
    return failure(std::move(error));
  CompiledUnit unread = parseUnit(job, false, [&](ParsedUnit &unit) {
    UnitHolder holder(unit, job, Available(message.blobs, job));
    unit.makeReady();
    rehearseInterimCode();
    leavePrecompiledHeader();
    if (Error error = sendMessage(socket, {dump({{"ok", true}}), {}}))
      _exit(1);
    CompileServer::serveHere(
        socket, [&](const Message &asked) { return holder.answer(asked); },
        [](const Message &asked) {
          return asked.text == kEverythingRequest ||
                 StringRef(asked.text).starts_with(kEvaluationRequest);
        });
  });
  return {dump({{"ok", false}, {"diagnostics", unread.diagnostics}}), {}};
}

} // namespace jithost
