// The stages of a patch, each of which can say no.
#include "patch_preparation.h"

#include "instrument/body_names.h"
#include "jit/poll_flags.h"
#include "resume/live_data.h"
#include "resume/poll_choice.h"
#include "resume/renamed_variables.h"

#include <llvm/Demangle/Demangle.h>

#include <algorithm>
#include <deque>

using llvm::createStringError;
using llvm::Expected;

namespace jithost {
namespace {

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

const std::string &textOf(const std::vector<SourceFile> &sources, const std::string &path) {
  return std::find_if(sources.begin(), sources.end(),
                      [&](const SourceFile &source) { return source.path == path; })
      ->text;
}

bool containsAny(const Unit &unit, const std::vector<std::string> &paths) {
  return std::any_of(unit.program_files.begin(), unit.program_files.end(),
                     [&](const SourceFile &file) {
                       return std::count(paths.begin(), paths.end(), file.path) > 0;
                     });
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

WantedBodies PatchPreparation::wantedBodies(const Unit &unit,
                                            const std::vector<SourceFile> &sources,
                                            const ComingAlong &along) const {
  return {unit.job.unit, unit.version, sources, unit.table.local_names, along};
}

/// On any thread. An error says why the unit has to be read as a whole.
Expected<ReadBodies> PatchPreparation::readHeld(const WantedBodies &wanted) {
  std::shared_ptr<HeldUnit> held = background_.take(wanted.unit, wanted.version);
  if (!held)
    return createStringError("the newest version of its source is not kept parsed, or not yet");
  auto answer =
      held->changed(wanted.sources, wanted.names_before, wanted.along,
                    session_.knownSince(held->known), background_.supportSince(held->support));
  if (!answer) // it crashed, or was killed
    return answer.takeError();
  if (!answer->why_not.empty())
    return createStringError(answer->why_not);
  return ReadBodies{std::move(held), std::move(*answer)};
}

void PatchPreparation::readAhead(const DroppedPatch &patch, const std::string &may_continue) {
  std::vector<SourceFile> sources;
  std::vector<std::string> paths;
  if (first_way_ != CompileWay::Bodies || matchFiles(patch, sources, paths))
    return;
  for (const Unit &unit : versions_.units())
    if (containsAny(unit, paths))
      read_ahead_.begin(wantedBodies(unit, sources, {may_continue, versions_.contained()}),
                        [this](const WantedBodies &wanted) { return readHeld(wanted); });
}

/// Bodies alone: no unit is read as a whole.
bool PatchPreparation::readBodies(Unit &unit, const std::vector<SourceFile> &sources,
                                  const ComingAlong &along) {
  WantedBodies wanted = wantedBodies(unit, sources, along);
  auto ahead = read_ahead_.take(wanted);
  Expected<ReadBodies> read = ahead ? std::move(*ahead) : readHeld(wanted);
  if (!read) {
    why_more_ = toString(read.takeError());
    return false;
  }
  TableUpdate &update = read->answer.update;
  unit.version = versions_.number() + 1;
  unit.table = updatedTable(unit.table, update);
  unit.code.insert(unit.code.begin(), std::make_shared<Code>(Code{std::move(update.table),
                                                                  std::move(read->answer.bitcode),
                                                                  true, unit.version, true}));
  readers_[unit.code.front().get()] = std::move(read->held);
  return true;
}

std::variant<std::vector<Unit>, PatchFailed>
PatchPreparation::compile(const std::vector<SourceFile> &sources,
                          const std::vector<std::string> &paths, const ComingAlong &along,
                          CompileWay &way) {
  std::vector<Unit> units = versions_.units();
  std::vector<CompileRequest> requests;
  std::vector<size_t> compiled;
  for (size_t i = 0; i < units.size(); ++i) {
    if (!containsAny(units[i], paths))
      continue;
    for (SourceFile &file : units[i].program_files)
      if (std::count(paths.begin(), paths.end(), file.path) > 0)
        file.text = textOf(sources, file.path);
    if (way == CompileWay::Bodies && readBodies(units[i], sources, along))
      continue;
    CompileRequest request;
    request.job = units[i].job;
    request.job.sources = sources;
    request.job.names_before = units[i].table.local_names;
    request.partial = way != CompileWay::Whole;
    requests.push_back(std::move(request));
    compiled.push_back(i);
  }
  if (requests.empty())
    return units;
  if (way == CompileWay::Bodies)
    way = CompileWay::Partial;
  auto answers = work_.compile(requests, session_.known(), background_.support());
  if (!answers)
    return PatchFailed{llvm::toString(answers.takeError()), ""};
  for (size_t i = 0; i < answers->size(); ++i) {
    CompileAnswer &answer = (*answers)[i];
    if (!answer.ok)
      return PatchFailed{firstError(answer.diagnostics), answer.diagnostics};
    Unit &unit = units[compiled[i]];
    unit.version = versions_.number() + 1;
    unit.table = answer.table;
    std::shared_ptr<const Code> library = answer.partial ? unit.libraryCode() : nullptr;
    std::vector<std::shared_ptr<const Code>> code{std::make_shared<Code>(
        Code{std::move(answer.table), std::move(answer.bitcode), answer.partial, unit.version})};
    if (library)
      code.push_back(std::move(library));
    unit.replaceCode(std::move(code));
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

void PatchPreparation::getReady() {
  llvm::consumeError(work_.start()); // tried again with the patch, which then says what is wrong
}

/// From the quickest way to the surest: what the quicker one cannot link, the next one compiles.
Preparation PatchPreparation::preparePatch(const DroppedPatch &patch,
                                           const std::vector<StackFrame> &frames) {
  CompileWay way = first_way_;
  why_more_.clear();
  needs_library_ = false;
  for (;;) {
    bool compiled = false;
    Preparation preparation = prepareBy(way, patch, frames, compiled);
    readers_.clear();
    read_ahead_.clear();
    if (auto *failed = std::get_if<PatchFailed>(&preparation); failed && why_more_.empty())
      why_more_ = failed->reason;
    if (!compiled || way == CompileWay::Whole || !std::holds_alternative<PatchFailed>(preparation))
      return preparation;
    way = way == CompileWay::Bodies && !needs_library_ ? CompileWay::Partial : CompileWay::Whole;
  }
}

/// All but where the run goes on.
std::optional<Preparation> PatchPreparation::compare(CompileWay &way, const DroppedPatch &patch,
                                                     const std::string &may_continue,
                                                     PreparedPatch &prepared, StatementTable &after,
                                                     bool &is_compiled) {
  prepared.version = versions_.number() + 1;
  prepared.label = std::to_string(prepared.version);
  if (attempts_ != 0) // what they have linked is there for ever
    prepared.label += "t" + std::to_string(attempts_);
  std::vector<SourceFile> sources;
  std::vector<std::string> paths;
  if (auto refusal = matchFiles(patch, sources, paths))
    return *refusal;
  auto compiled = compile(sources, paths, {may_continue, versions_.contained()}, way);
  if (auto *failed = std::get_if<PatchFailed>(&compiled))
    return std::move(*failed);
  is_compiled = true;
  prepared.way = way;
  prepared.why_more = why_more_;
  prepared.units = std::move(std::get<std::vector<Unit>>(compiled));
  after = mergeTables(prepared.units);
  // Unit by unit: two sources may each have a class of one name in an anonymous namespace.
  for (size_t i = 0; i < prepared.units.size(); ++i) {
    const StatementTable &then = versions_.units()[i].table, &now = prepared.units[i].table;
    if (auto refusal = changedClass(then, now))
      return *refusal;
    if (auto refusal = changedGlobal(then, now))
      return *refusal;
    std::vector<std::string> &notes = prepared.landing.notes;
    for (std::string &note : liveDataNotes(then, now))
      if (std::find(notes.begin(), notes.end(), note) == notes.end())
        notes.push_back(std::move(note)); // an inline function stands in several units
  }
  prepared.difference = diffVersions(versions_.table(), after);
  // A body is only entered while what is inlined into it is not outdated: so they come along.
  prepared.containers = versions_.containersOf(prepared.difference.changed);
  needs_library_ = std::any_of(prepared.containers.begin(), prepared.containers.end(),
                               [&](const std::string &name) { return !after.function(name); });
  if (needs_library_ && way != CompileWay::Whole)
    return PatchFailed{"it is inlined into a function of a library", ""};
  return std::nullopt;
}

Preparation PatchPreparation::prepareBy(CompileWay &way, const DroppedPatch &patch,
                                        const std::vector<StackFrame> &frames, bool &is_compiled) {
  double begin = nowMs();
  PreparedPatch prepared;
  StatementTable after;
  if (auto why_not = compare(way, patch, frames[0].symbol, prepared, after, is_compiled))
    return std::move(*why_not);
  std::vector<std::string> notes = std::move(prepared.landing.notes);
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

/// Nobody waits: optimised code at once. Any function may be active, and finish in old code.
Preparation PatchPreparation::prepareLive(const DroppedPatch &patch) {
  double begin = nowMs();
  why_more_ = "the run goes on meanwhile";
  CompileWay way = CompileWay::Whole;
  PreparedPatch prepared;
  StatementTable after;
  bool compiled = false;
  if (auto why_not = compare(way, patch, "", prepared, after, compiled))
    return std::move(*why_not);
  for (const FunctionTable &then : versions_.table().functions)
    if (const FunctionTable *now = after.function(then.symbol);
        now && now->signature != then.signature)
      return Refusal{RefusalReason::ResultChangedType, now->name,
                     then.signature + " before, " + now->signature +
                         " now; functions that call it may be running",
                     now->file + ":" + std::to_string(now->begin_line)};
  prepared.compile_ms = nowMs() - begin;
  return emitAndLink(std::move(prepared), {});
}

PreparedPatch PatchPreparation::ofNewest() const {
  PreparedPatch prepared;
  prepared.version = versions_.number();
  prepared.label = std::to_string(prepared.version);
  prepared.units = versions_.units();
  return prepared;
}

Preparation PatchPreparation::prepareRetry(const std::vector<StackFrame> &frames) {
  // Code that is no longer the newest is mapped to the newest, as if a patch had just brought it.
  PreparedPatch prepared = ofNewest();
  prepared.is_retry = true;
  auto decision = decide(frames, versions_.table());
  if (auto *refusal = std::get_if<Refusal>(&decision))
    return std::move(*refusal);
  prepared.landing = std::get<Landing>(decision);
  return emitAndLink(std::move(prepared), frames);
}

Preparation PatchPreparation::prepareLanding(const std::vector<StackFrame> &frames,
                                             Landing landing) {
  PreparedPatch prepared = ofNewest();
  prepared.landing = std::move(landing);
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
  PreparedPatch prepared = ofNewest();
  prepared.landing = {0, frame.statement, std::get<uint32_t>(target), true, {}};
  return emitAndLink(std::move(prepared), {frame});
}

LinkedObject PatchPreparation::tryOut(const PreparedPatch &prepared) {
  StatementTable table = mergeTables(prepared.units);
  for (const EmittedObject &object : prepared.emitted)
    versions_.addBodiesAhead(object, prepared.label, table);
  LinkedObject before = session_.bound(prepared.linked);
  session_.rebind(prepared.linked);
  return before;
}

void PatchPreparation::takeBack(const LinkedObject &before) { session_.rebind({before}); }

/// Bodies of what changed, and of what contains it: nothing that was inlined is entered any more.
/// What the patch itself brings is known already where it was tried out.
std::vector<std::string> PatchPreparation::outdatedBy(const PreparedPatch &prepared) const {
  std::vector<std::string> bodies = versions_.bodiesWith(prepared.difference.changed);
  std::erase_if(bodies, [&](const std::string &body) {
    std::string symbol, label;
    return parseBodyName(body, symbol, label) && label == prepared.label;
  });
  return bodies;
}

void PatchPreparation::commit(PreparedPatch &prepared, double &rebind_ms) {
  double begin = nowMs();
  session_.rebind(prepared.linked);
  markOutdated(session_, outdatedBy(prepared));
  if (prepared.version != versions_.number()) {
    versions_.install(prepared.version, std::move(prepared.units));
    attempts_ = 0;
  }
  for (const EmittedObject &object : prepared.emitted) {
    versions_.addBodies(object, prepared.label, prepared.continuation_symbol,
                        prepared.continuation_label);
    for (const std::string &symbol : object.bodies) {
      std::erase_if(versions_.interim(), [&](const auto &body) { return body.first == symbol; });
      if (object.interim)
        versions_.interim().insert({symbol, prepared.label});
    }
  }
  if (prepared.interim_continuation)
    versions_.interim().insert({prepared.continuation_symbol, prepared.continuation_label});
  rebind_ms = nowMs() - begin;
}

} // namespace jithost
