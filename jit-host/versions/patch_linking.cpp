// The later stages of a patch: from compiled and mapped to linked.
#include "patch_preparation.h"

#include "instrument/body_names.h"
#include "jit/poll_flags.h"
#include "resume/renamed_variables.h"

#include <algorithm>

namespace jithost {

EmitRequest PatchPreparation::emitRequest(const Unit &unit, const PreparedPatch &prepared) const {
  EmitRequest request;
  request.label = prepared.label;
  request.unit = unit.job.unit;
  request.optimisation = unit.job.optimisation;
  return request;
}

/// By the process that has just read it, or by one that is given the code.
llvm::Expected<EmittedObject> PatchPreparation::emitFrom(const Code &code, EmitRequest request) {
  if (auto reader = readers_.find(&code); reader != readers_.end()) {
    auto emitted = reader->second->emit(request);
    readers_.erase(reader);
    if (emitted)
      return emitted;
    llvm::consumeError(emitted.takeError());
  }
  request.known = session_.known();
  request.support = background_.support();
  return work_.emit(code.bitcode, code.table, request);
}

void PatchPreparation::addContinuation(EmitRequest &request, const Unit &unit,
                                       const PreparedPatch &prepared,
                                       const StackFrame &continued) const {
  request.continuation_label = prepared.continuation_label;
  ContinuationRequest continuation;
  continuation.symbol = continued.symbol;
  continuation.target = prepared.landing.target;
  continuation.captured =
      withNames(versions_.captured(continued.symbol, continued.label, prepared.landing.guard),
                renamedVariables(*continued.code, *unit.table.function(continued.symbol)));
  continuation.name = bodyName(continued.symbol, prepared.continuation_label);
  if (prepared.is_retry)
    continuation.again_flag = againFlagName(continuation.name);
  request.continuation = std::move(continuation);
}

RetryPlace PatchPreparation::retryPlace(const Code &code, const PreparedPatch &prepared,
                                        const StackFrame &continued) {
  return {continued.symbol,       continued.label,         prepared.version,
          prepared.landing.guard, prepared.landing.target, &code};
}

std::string PatchPreparation::continuationLabel(const PreparedPatch &prepared,
                                                const StackFrame &continued) {
  std::string ahead;
  if (prepared.is_retry)
    for (const Unit &unit : prepared.units)
      if (auto code = unit.codeOf(continued.symbol); code && ahead.empty())
        ahead = ahead_.labelFor(retryPlace(*code, prepared, continued));
  return !ahead.empty() ? ahead
                        : std::to_string(prepared.version) + "c" + std::to_string(++continuations_);
}

/// Only of whole code: what interim code takes is quickly made.
void PatchPreparation::prepareAhead(const std::vector<StackFrame> &frames) {
  PreparedPatch prepared = ofNewest();
  prepared.is_retry = true;
  bool newest = std::all_of(frames.begin(), frames.end(), [&](const StackFrame &frame) {
    return versionOf(frame.label) == prepared.version;
  });
  auto decision = newest ? decide(frames, versions_.table()) : Refusal();
  if (!std::holds_alternative<Landing>(decision))
    return;
  prepared.landing = std::get<Landing>(decision);
  const StackFrame &frame = frames[prepared.landing.frame];
  for (const Unit &unit : prepared.units) {
    std::shared_ptr<const Code> code = unit.codeOf(frame.symbol);
    if (!code)
      continue;
    RetryPlace place = retryPlace(*code, prepared, frame);
    if (unit.code.size() > 1 || code->partial || !ahead_.labelFor(place).empty())
      return;
    prepared.continuation_label = continuationLabel(prepared, frame);
    EmitRequest request = emitRequest(unit, prepared);
    addContinuation(request, unit, prepared, frame);
    request.known = session_.known();
    request.support = background_.support();
    ahead_.begin(std::move(place), prepared.continuation_label,
                 [this, code, request = std::move(request)] {
                   return work_.emit(code->bitcode, code->table, request);
                 });
    return;
  }
}

std::variant<EmittedObject, PatchFailed, Refusal>
PatchPreparation::emit(const Code &code, EmitRequest request, const Unit &unit,
                       const PreparedPatch &prepared, const StackFrame *continued) {
  bool made_ahead = false;
  if (continued) {
    made_ahead = prepared.is_retry && ahead_.labelFor(retryPlace(code, prepared, *continued)) ==
                                          prepared.continuation_label;
    addContinuation(request, unit, prepared, *continued);
  }
  auto emitted = made_ahead ? ahead_.take() : emitFrom(code, std::move(request));
  if (!emitted)
    return PatchFailed{llvm::toString(emitted.takeError()), ""};
  if (emitted->refusal)
    return *emitted->refusal;
  return std::move(*emitted);
}

/// What one piece of code has to bring: changed bodies whose newest code it is, and the
/// continuation.
struct PatchPreparation::Piece {
  std::shared_ptr<const Code> code;
  std::set<std::string> changed;
  bool continues = false;
};

std::vector<PatchPreparation::Piece> PatchPreparation::piecesOf(const Unit &unit,
                                                                const PreparedPatch &prepared,
                                                                const StackFrame *continued) const {
  std::vector<Piece> pieces;
  auto pieceOf = [&](const std::string &symbol) -> Piece * {
    std::shared_ptr<const Code> code = unit.codeOf(symbol);
    if (!code)
      return nullptr;
    for (Piece &piece : pieces)
      if (piece.code == code)
        return &piece;
    return &pieces.emplace_back(Piece{code, {}, false});
  };
  for (const auto *symbols : {&prepared.difference.changed, &prepared.difference.added})
    for (const std::string &symbol : *symbols)
      if (Piece *piece = pieceOf(symbol))
        piece->changed.insert(symbol);
  // Library functions that contain what changed stand in the code of its units.
  for (const std::string &name : prepared.containers) {
    if (Piece *piece = pieceOf(name))
      piece->changed.insert(name);
    else
      for (Piece &piece : pieces)
        piece.changed.insert(name);
  }
  if (continued)
    if (Piece *piece = pieceOf(continued->symbol))
      piece->continues = true;
  return pieces;
}

Preparation PatchPreparation::emitAndLink(PreparedPatch prepared,
                                          const std::vector<StackFrame> &frames) {
  double begin = nowMs();
  const StackFrame *frame = frames.empty() ? nullptr : &frames[prepared.landing.frame];
  if (frame) {
    prepared.continuation_symbol = frame->symbol;
    prepared.continuation_label = continuationLabel(prepared, *frame);
  }
  std::vector<NewObject> objects;
  bool continuation_emitted = !frame;
  for (const Unit &unit : prepared.units)
    // An inline function stands in several units; one of them brings the continuation.
    for (const Piece &piece : piecesOf(unit, prepared, continuation_emitted ? nullptr : frame)) {
      EmitRequest request = emitRequest(unit, prepared);
      // What stands beside newer code in its unit must not take old code along.
      bool interim =
          prepared.way != CompileWay::Whole || unit.code.size() > 1 || piece.code->partial;
      request.changed = piece.changed;
      request.interim = interim;
      request.partial = piece.code->partial;
      auto emitted =
          emit(*piece.code, std::move(request), unit, prepared, piece.continues ? frame : nullptr);
      if (auto *failed = std::get_if<PatchFailed>(&emitted))
        return std::move(*failed);
      if (auto *refusal = std::get_if<Refusal>(&emitted))
        return std::move(*refusal);
      continuation_emitted |= piece.continues;
      prepared.interim_continuation |= piece.continues && interim;
      objects.push_back(linkable(std::get<EmittedObject>(emitted), prepared, piece.continues));
      std::get<EmittedObject>(emitted).interim = interim;
      prepared.emitted.push_back(std::move(std::get<EmittedObject>(emitted)));
    }
  if (!continuation_emitted) // nothing in the new version uses it
    return Refusal{RefusalReason::FunctionRemoved, frame->code->name, "", ""};
  prepared.compile_ms += nowMs() - begin;
  begin = nowMs();
  if (auto failed = link(prepared, std::move(objects)))
    return std::move(*failed);
  prepared.link_ms = nowMs() - begin;
  return prepared;
}

NewObject PatchPreparation::linkable(EmittedObject &object, const PreparedPatch &prepared,
                                     bool continues) const {
  NewObject result;
  result.object = llvm::MemoryBuffer::getMemBufferCopy(object.object);
  object.object.clear();
  for (const std::string &symbol : object.bodies)
    result.bodies.push_back({symbol, bodyName(symbol, prepared.label)});
  if (continues)
    result.wanted.push_back(bodyName(prepared.continuation_symbol, prepared.continuation_label));
  if (!object.constructors.empty())
    result.wanted.push_back(object.constructors);
  return result;
}

std::optional<PatchFailed> PatchPreparation::link(PreparedPatch &prepared,
                                                  std::vector<NewObject> objects) {
  auto linked = session_.link(std::move(objects));
  if (!linked)
    return PatchFailed{llvm::toString(linked.takeError()), ""};
  prepared.linked = std::move(*linked);
  if (prepared.version != versions_.number())
    ++attempts_;
  prepared.constructors = session_.takeConstructors();
  if (!prepared.continuation_symbol.empty()) {
    std::string continuation = bodyName(prepared.continuation_symbol, prepared.continuation_label);
    auto address = session_.lookup(continuation);
    if (!address)
      return PatchFailed{llvm::toString(address.takeError()), ""};
    prepared.continuation = *address;
  }
  for (const EmittedObject &object : prepared.emitted) {
    if (object.constructors.empty())
      continue;
    auto constructor = session_.lookup(object.constructors);
    if (!constructor)
      return PatchFailed{llvm::toString(constructor.takeError()), ""};
    prepared.constructors.push_back(*constructor);
  }
  return std::nullopt;
}

uint64_t PatchPreparation::prepareStay(const StackFrame &frame) {
  const Unit *unit = versions_.unitOf(frame.symbol);
  std::shared_ptr<const Code> code = unit ? unit->wholeCodeOf(versionOf(frame.label)) : nullptr;
  if (!code || !versions_.containsOthers(bodyName(frame.symbol, frame.label)))
    return 0;
  PreparedPatch prepared;
  prepared.version = code->version;
  prepared.label = std::to_string(code->version);
  EmitRequest request = emitRequest(*unit, prepared);
  request.interim = true;
  request.continuation_label =
      std::to_string(code->version) + "c" + std::to_string(++continuations_);
  std::string name = bodyName(frame.symbol, request.continuation_label);
  request.continuation =
      ContinuationRequest{frame.symbol,
                          frame.statement,
                          versions_.captured(frame.symbol, frame.label, frame.statement),
                          name,
                          0,
                          ""};
  auto emitted = emitFrom(*code, request);
  if (!emitted || emitted->refusal) {
    llvm::consumeError(emitted.takeError());
    return 0;
  }
  NewObject object;
  object.object = llvm::MemoryBuffer::getMemBufferCopy(emitted->object);
  object.wanted = {name};
  auto linked = session_.linkOne(std::move(object));
  if (!linked) {
    llvm::consumeError(linked.takeError());
    return 0;
  }
  versions_.addOldContinuation(*emitted, frame.symbol, request.continuation_label, *frame.code);
  markOutdated(session_, {name}); // it may fit later
  return linked->wanted.front();
}

} // namespace jithost
