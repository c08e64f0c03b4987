// Emitting takes seconds and is done without the turn; taking over takes it for milliseconds.
#include "successors.h"

#include "instrument/body_names.h"
#include "jit/poll_flags.h"

namespace jithost {
namespace {

bool isContinuation(const std::string &label) { return label.find('c') != std::string::npos; }

} // namespace

bool Successors::isNewest(const UnitToHold &unit) const {
  return versions_.units()[unit.index].version == unit.version;
}

EmitRequest Successors::requestFor(const Unit &unit) const {
  EmitRequest request;
  request.label = std::to_string(unit.version) + "s";
  request.unit = unit.job.unit;
  request.optimisation = unit.job.optimisation;
  request.in_background = true;
  request.known = session_.known();
  for (const auto &[symbol, label] : versions_.interim())
    if (!isContinuation(label) && unit.codeOf(symbol))
      request.changed.insert(symbol);
  std::vector<std::string> changed(request.changed.begin(), request.changed.end());
  for (const std::string &container : versions_.containersOf(changed))
    request.changed.insert(container);
  return request;
}

std::optional<unsigned> Successors::takeOver(const UnitToHold &held, const CompileAnswer &whole) {
  if (!whole.ok)
    return 0;
  auto code = std::make_shared<Code>(Code{whole.table, whole.bitcode, false, held.version});
  EmitRequest request;
  {
    if (!turn_.lockUnlessLong())
      return std::nullopt;
    std::lock_guard turn(turn_, std::adopt_lock);
    if (!isNewest(held))
      return 0;
    versions_.completeUnit(held.index, code);
    request = requestFor(versions_.units()[held.index]);
  }
  EmittedObject emitted;
  if (!request.changed.empty()) {
    auto object = work_.emit(code->bitcode, code->table, request);
    if (!object) {
      llvm::consumeError(object.takeError()); // interim code goes on
      return 0;
    }
    emitted = std::move(*object);
  }
  if (!turn_.lockUnlessLong())
    return std::nullopt;
  std::lock_guard turn(turn_, std::adopt_lock);
  return isNewest(held) ? commit(versions_.units()[held.index], emitted, request.label) : 0;
}

unsigned Successors::commit(const Unit &unit, const EmittedObject &emitted,
                            const std::string &label) {
  if (!emitted.bodies.empty()) {
    NewObject object;
    object.object = llvm::MemoryBuffer::getMemBufferCopy(emitted.object);
    for (const std::string &symbol : emitted.bodies)
      object.bodies.push_back({symbol, bodyName(symbol, label)});
    auto linked = session_.linkOne(std::move(object));
    if (!linked) {
      llvm::consumeError(linked.takeError());
      return 0;
    }
    session_.rebind({std::move(*linked)});
    markOutdated(session_, versions_.bodiesWith(emitted.bodies));
    versions_.addBodies(emitted, label);
  }
  std::erase_if(versions_.interim(), [&](const auto &interim) {
    if (!unit.codeOf(interim.first))
      return false;
    markOutdated(session_, {bodyName(interim.first, interim.second)});
    return true;
  });
  return emitted.bodies.size();
}

} // namespace jithost
