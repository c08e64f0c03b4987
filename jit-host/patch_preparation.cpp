// The stages of a patch, each of which can say no.
#include "patch_preparation.h"

#include "instrument/rebind_pass.h"
#include "resume/live_data.h"
#include "resume/poll_choice.h"
#include "resume/renamed_variables.h"

#include <llvm/Demangle/Demangle.h>

#include <algorithm>
#include <deque>

namespace jithost {
namespace {

bool hasCodeOf(const Unit &unit, const std::string &symbol) {
  const FunctionTable *function = unit.table.function(symbol);
  return function && hasCode(*function);
}

std::string firstError(const std::string &diagnostics) {
  size_t begin = 0;
  while (begin < diagnostics.size()) {
    size_t end = std::min(diagnostics.find('\n', begin), diagnostics.size());
    std::string line = diagnostics.substr(begin, end - begin);
    if (line.find("error:") != std::string::npos)
      return line;
    begin = end + 1;
  }
  return "it does not compile";
}

std::vector<ActiveFrame> forMap(const std::vector<StackFrame> &frames) {
  std::vector<ActiveFrame> result;
  for (const StackFrame &frame : frames)
    result.push_back({frame.code, frame.statement});
  return result;
}

} // namespace

std::optional<Refusal> PatchPreparation::matchFiles(const DroppedPatch &patch,
                                                    std::vector<SourceFile> &sources,
                                                    std::vector<std::string> &paths) {
  sources = versions_.sources();
  for (const PatchFile &file : patch.files) {
    std::vector<std::string> found = versions_.filesNamed(file.name);
    if (found.size() != 1) {
      std::string facts;
      for (const std::string &path : found)
        facts += (facts.empty() ? "" : ", ") + path;
      if (found.empty() && file.name.ends_with(".action.cpp"))
        facts = "actions are not available in this version";
      return Refusal{found.empty() ? RefusalReason::NameMatchesNothing
                                   : RefusalReason::NameAmbiguous,
                     file.name, facts, ""};
    }
    if (file.text.find_first_not_of(" \t\r\n") == std::string::npos)
      return Refusal{RefusalReason::EmptyFile, file.name, "", ""};
    for (SourceFile &source : sources)
      if (source.path == found[0])
        source.text = file.text;
    paths.push_back(found[0]);
  }
  return std::nullopt;
}

std::variant<std::vector<Unit>, PatchFailed>
PatchPreparation::compile(const std::vector<SourceFile> &sources,
                          const std::vector<std::string> &paths) {
  std::vector<Unit> units = versions_.units();
  std::vector<CompileRequest> requests;
  std::vector<size_t> compiled;
  for (size_t i = 0; i < units.size(); ++i) {
    bool affected = std::any_of(units[i].program_files.begin(), units[i].program_files.end(),
                                [&](const SourceFile &file) {
                                  return std::count(paths.begin(), paths.end(), file.path) > 0;
                                });
    if (!affected)
      continue;
    CompileRequest request;
    request.job = units[i].job;
    request.job.sources = sources;
    request.job.names_before = units[i].table.local_names;
    requests.push_back(std::move(request));
    compiled.push_back(i);
  }
  auto answers = work_.compile(requests);
  if (!answers)
    return PatchFailed{llvm::toString(answers.takeError()), ""};
  for (size_t i = 0; i < answers->size(); ++i) {
    CompileAnswer &answer = (*answers)[i];
    if (!answer.ok)
      return PatchFailed{firstError(answer.diagnostics), answer.diagnostics};
    Unit &unit = units[compiled[i]];
    unit.table = std::move(answer.table);
    unit.bitcode = std::move(answer.bitcode);
    unit.program_files = std::move(answer.program_files);
  }
  return units;
}

std::variant<Landing, Refusal> PatchPreparation::decide(const std::vector<StackFrame> &frames,
                                                        const StatementTable &after) {
  std::vector<ActiveFrame> active = forMap(frames);
  std::deque<FunctionTable> renamed; // stays in place while `active` points into it
  for (ActiveFrame &frame : active)
    if (const FunctionTable *now = after.function(frame.code->symbol))
      if (Renaming renaming = renamedVariables(*frame.code, *now); !renaming.empty())
        frame.code = &renamed.emplace_back(withNames(*frame.code, renaming));
  ResumeDecision decision = mapResume(active, after, go_back_);
  if (auto *landing = std::get_if<Landing>(&decision))
    return std::move(*landing);
  if (auto *refusal = std::get_if<Refusal>(&decision))
    return std::move(*refusal);
  Question &question = std::get<Question>(decision);
  std::optional<bool> answer = ask_(question);
  bool no_way_back = question.no.frame >= frames.size();
  if (answer && (*answer || !no_way_back))
    return *answer ? question.yes : question.no;
  std::string again;
  for (const std::string &line : question.run_again)
    again += (again.empty() ? "" : "; ") + line;
  return Refusal{RefusalReason::WouldRunAgain, frames[0].code->name, again, ""};
}

Preparation PatchPreparation::preparePatch(const DroppedPatch &patch,
                                           const std::vector<StackFrame> &frames) {
  double begin = nowMs();
  PreparedPatch prepared;
  prepared.version = versions_.number() + 1;
  std::vector<SourceFile> sources;
  std::vector<std::string> paths;
  if (auto refusal = matchFiles(patch, sources, paths))
    return *refusal;
  auto compiled = compile(sources, paths);
  if (auto *failed = std::get_if<PatchFailed>(&compiled))
    return std::move(*failed);
  prepared.units = std::move(std::get<std::vector<Unit>>(compiled));
  StatementTable after = mergeTables(prepared.units);
  std::vector<std::string> notes;
  // Unit by unit: two sources may each have a class of one name in an anonymous namespace.
  for (size_t i = 0; i < prepared.units.size(); ++i) {
    const StatementTable &then = versions_.units()[i].table, &now = prepared.units[i].table;
    if (auto refusal = changedClass(then, now))
      return *refusal;
    if (auto refusal = changedGlobal(then, now))
      return *refusal;
    for (std::string &note : liveDataNotes(then, now))
      if (std::find(notes.begin(), notes.end(), note) == notes.end())
        notes.push_back(std::move(note)); // an inline function stands in several units
  }
  prepared.difference = diffVersions(versions_.table(), after);
  prepared.containers = versions_.containersOf(prepared.difference.changed);
  auto decision = decide(frames, after);
  if (auto *refusal = std::get_if<Refusal>(&decision))
    return std::move(*refusal);
  prepared.landing = std::get<Landing>(decision);
  if (auto refusal = closureOnTheWay(forMap(frames), prepared.landing, after))
    return *refusal;
  if (auto refusal =
          changedResult(forMap(frames), prepared.landing.frame, versions_.table(), after))
    return *refusal;
  prepared.landing.notes.insert(prepared.landing.notes.end(), notes.begin(), notes.end());
  prepared.compile_ms = nowMs() - begin;
  return emitAndLink(std::move(prepared), frames);
}

Preparation PatchPreparation::prepareRetry(const std::vector<StackFrame> &frames) {
  // Code that is no longer the newest is mapped to the newest, as if a patch had just brought it.
  PreparedPatch prepared;
  prepared.version = versions_.number();
  prepared.units = versions_.units();
  auto decision = decide(frames, versions_.table());
  if (auto *refusal = std::get_if<Refusal>(&decision))
    return std::move(*refusal);
  prepared.landing = std::get<Landing>(decision);
  return emitAndLink(std::move(prepared), frames);
}

Preparation PatchPreparation::prepareSwitch(const StackFrame &frame) {
  const FunctionTable *now = versions_.table().function(frame.symbol);
  if (!now)
    return Refusal{RefusalReason::FunctionRemoved, frame.code->name, "", ""};
  if (now->signature != frame.code->signature)
    return Refusal{RefusalReason::SignatureChanged, now->name, "", ""};
  auto target = choosePollTarget(withNames(*frame.code, renamedVariables(*frame.code, *now)),
                                 frame.statement, *now);
  if (auto *refusal = std::get_if<Refusal>(&target))
    return *refusal;
  PreparedPatch prepared;
  prepared.version = versions_.number();
  prepared.units = versions_.units();
  prepared.landing = {0, frame.statement, std::get<uint32_t>(target), true, {}};
  return emitAndLink(std::move(prepared), {frame});
}

std::variant<EmittedObject, PatchFailed, Refusal>
PatchPreparation::emit(const Unit &unit, const PreparedPatch &prepared,
                       const StackFrame *continued) {
  EmitRequest request;
  request.version = prepared.version;
  request.unit = unit.job.unit;
  request.optimisation = unit.job.optimisation;
  request.known = session_.known();
  request.changed.insert(prepared.difference.changed.begin(), prepared.difference.changed.end());
  request.changed.insert(prepared.difference.added.begin(), prepared.difference.added.end());
  request.changed.insert(prepared.containers.begin(), prepared.containers.end());
  if (continued) {
    request.continuation_label = prepared.continuation_label;
    ContinuationRequest continuation;
    continuation.symbol = continued->symbol;
    continuation.target = prepared.landing.target;
    continuation.captured =
        withNames(versions_.captured(continued->symbol, continued->label, prepared.landing.guard),
                  renamedVariables(*continued->code, *unit.table.function(continued->symbol)));
    continuation.name = bodyName(continued->symbol, prepared.continuation_label);
    request.continuation = std::move(continuation);
  }
  auto emitted = work_.emit(unit.bitcode, unit.table, request);
  if (!emitted)
    return PatchFailed{llvm::toString(emitted.takeError()), ""};
  if (emitted->refusal)
    return *emitted->refusal;
  return std::move(*emitted);
}

Preparation PatchPreparation::emitAndLink(PreparedPatch prepared,
                                          const std::vector<StackFrame> &frames) {
  double begin = nowMs();
  const StackFrame &frame = frames[prepared.landing.frame];
  prepared.continuation_symbol = frame.symbol;
  prepared.continuation_label =
      std::to_string(prepared.version) + "c" + std::to_string(++continuations_);
  std::vector<NewObject> objects;
  bool continuation_emitted = false;
  for (const Unit &unit : prepared.units) {
    bool changed =
        std::any_of(prepared.difference.changed.begin(), prepared.difference.changed.end(),
                    [&](const std::string &s) { return hasCodeOf(unit, s); }) ||
        std::any_of(prepared.difference.added.begin(), prepared.difference.added.end(),
                    [&](const std::string &s) { return hasCodeOf(unit, s); });
    bool continues = !continuation_emitted && hasCodeOf(unit, frame.symbol);
    if (!changed && !continues)
      continue;
    // An inline function stands in several units; one of them brings the continuation.
    auto emitted = emit(unit, prepared, continues ? &frame : nullptr);
    if (auto *failed = std::get_if<PatchFailed>(&emitted))
      return std::move(*failed);
    if (auto *refusal = std::get_if<Refusal>(&emitted))
      return std::move(*refusal);
    EmittedObject &object = std::get<EmittedObject>(emitted);
    NewObject linkable;
    linkable.object = std::move(object.object);
    for (const std::string &symbol : object.bodies)
      linkable.bodies.push_back({symbol, bodyName(symbol, std::to_string(prepared.version))});
    if (continues)
      linkable.wanted.push_back(bodyName(frame.symbol, prepared.continuation_label));
    if (!object.constructors.empty())
      linkable.wanted.push_back(object.constructors);
    continuation_emitted |= continues;
    prepared.emitted.push_back(std::move(object));
    objects.push_back(std::move(linkable));
  }
  if (!continuation_emitted) // nothing in the new version uses it
    return Refusal{RefusalReason::FunctionRemoved, frame.code->name, "", ""};
  prepared.compile_ms += nowMs() - begin;
  begin = nowMs();
  auto linked = session_.link(std::move(objects));
  if (!linked)
    return PatchFailed{llvm::toString(linked.takeError()), ""};
  prepared.linked = std::move(*linked);
  prepared.constructors = session_.takeConstructors();
  prepared.link_ms = nowMs() - begin;
  std::string continuation = bodyName(frame.symbol, prepared.continuation_label);
  auto address = session_.lookup(continuation);
  if (!address)
    return PatchFailed{llvm::toString(address.takeError()), ""};
  prepared.continuation = *address;
  for (const EmittedObject &object : prepared.emitted) {
    if (object.constructors.empty())
      continue;
    auto constructor = session_.lookup(object.constructors);
    if (!constructor)
      return PatchFailed{llvm::toString(constructor.takeError()), ""};
    prepared.constructors.push_back(*constructor);
  }
  return prepared;
}

/// Frames that stand in older bodies of what changed, or in bodies that contain it, ask at their
/// next poll; and nothing that was inlined is entered any more.
void PatchPreparation::markOutdated(const VersionDiff &difference) {
  for (const std::string &body : versions_.bodiesWith(difference.changed)) {
    std::string flag = pollFlagName(body);
    if (!session_.known().count(flag))
      continue; // a body without polls
    if (auto address = session_.lookup(flag))
      *reinterpret_cast<volatile uint8_t *>(*address) = 1;
    else
      llvm::consumeError(address.takeError());
  }
}

void PatchPreparation::commit(PreparedPatch &prepared, double &rebind_ms) {
  double begin = nowMs();
  session_.rebind(prepared.linked);
  markOutdated(prepared.difference);
  if (prepared.version != versions_.number())
    versions_.install(prepared.version, std::move(prepared.units));
  for (const EmittedObject &object : prepared.emitted)
    versions_.addBodies(object, prepared.continuation_symbol, prepared.continuation_label);
  rebind_ms = nowMs() - begin;
}

} // namespace jithost
