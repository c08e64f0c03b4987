// A frame's personality routine says that it catches; which `catch` of the program that is follows
// from the statement the frame stands in and the types of the handlers around it, as the C++
// runtime compares them.
//
// Carriers are functions of LibTorch that catch everything on one thread to throw it again on
// another. They are told by name: their handlers make no difference to whether a run is lost, and
// where they throw again, the frames that failed are gone.
#include "pause_policy.h"

#include "instrument/body_names.h"
#include "versions/active_stack.h"

#include <llvm/Demangle/Demangle.h>

#include <algorithm>
#include <dlfcn.h>

namespace jithost {
namespace {

/// In LibTorch 1.13 to 2.x.
constexpr std::string_view kCarriers[] = {
    "torch::autograd::Engine::thread_main", // graph tasks: thrown again by backward()
    "torch::data::DataLoaderBase",          // worker_thread: thrown again by next()
    "at::internal::_parallel_run",          // parallel_for on LibTorch's own threads
    "at::internal::invoke_parallel",        // parallel_for on OpenMP's
    "c10::ThreadPool::main_loop",           // logs it
};
/// The same, inlined: only the short name is known.
constexpr std::string_view kInlinedCarriers[] = {"worker_thread", "invoke_parallel"};

bool isCarrier(const std::string &function) {
  return std::any_of(std::begin(kCarriers), std::end(kCarriers), [&](std::string_view carrier) {
    return function.find(carrier) != std::string::npos;
  });
}

bool isInlinedCarrier(const std::string &name) {
  std::string_view plain = std::string_view(name).substr(0, name.find('<'));
  return std::find(std::begin(kInlinedCarriers), std::end(kInlinedCarriers), plain) !=
         std::end(kInlinedCarriers);
}

bool isCarrier(const CodePlace &place) {
  std::string symbol = place.body, label;
  parseBodyName(place.body, symbol, label);
  return isCarrier(llvm::demangle(symbol)) ||
         std::any_of(place.inlined.begin(), place.inlined.end(),
                     [](const auto &inlined) { return isInlinedCarrier(inlined.first); });
}

std::string nativeFunction(uintptr_t address) {
  Dl_info info{};
  if (!dladdr(reinterpret_cast<void *>(address), &info) || !info.dli_sname)
    return "";
  return llvm::demangle(info.dli_sname);
}

} // namespace

HandlerVerdict PausePolicy::judge(const HandlerFrame &handler) {
  std::pair key(handler.return_address, handler.thrown);
  {
    std::lock_guard lock(mutex_);
    if (auto known = answers_.find(key); known != answers_.end())
      return known->second;
  }
  HandlerVerdict verdict = decide(handler);
  std::lock_guard lock(mutex_);
  return answers_[key] = verdict;
}

/// What was inlined into each other shares a frame: from the innermost function outwards.
HandlerVerdict PausePolicy::decide(const HandlerFrame &handler) {
  CodePlace place;
  if (!session_.symbolizer().find(handler.return_address - 1, place))
    return inLibrary(isCarrier(nativeFunction(handler.return_address - 1)), handler);
  bool rethrows = false;
  for (const ProgramPlace &in : programPlaces(place, handler.taken_over, versions_))
    if (auto verdict = inProgram(in, handler, rethrows))
      return *verdict;
  return rethrows ? HandlerVerdict::Rethrows : inLibrary(isCarrier(place), handler);
}

HandlerVerdict PausePolicy::inLibrary(bool carries, const HandlerFrame &handler) const {
  if (handler.unhandled || pause_on_ == PauseOn::All || (pause_on_ == PauseOn::Fatal && carries))
    return HandlerVerdict::Fatal;
  return HandlerVerdict::Handles;
}

/// From the innermost try outwards: a handler that only rethrows leaves it to those around it.
/// \return nothing when the functions around decide
std::optional<HandlerVerdict> PausePolicy::inProgram(const ProgramPlace &place,
                                                     const HandlerFrame &handler, bool &rethrows) {
  const FunctionTable &code = *place.code;
  for (const Statement *here = code.statement(statementAt(code, place.source)); here;
       here = code.statement(here->parent)) {
    const Handler *found = handlerAround(code, *here, handler);
    if (!found)
      continue;
    HandlerVerdict decided = verdict(found->role, handler);
    if (decided != HandlerVerdict::Rethrows)
      return decided;
    rethrows = true;
  }
  if (code.terminates)
    return HandlerVerdict::Terminates;
  return std::nullopt;
}

HandlerVerdict PausePolicy::verdict(HandlerRole role, const HandlerFrame &handler) const {
  if (handler.unhandled)
    return HandlerVerdict::Rethrows;
  if (pause_on_ == PauseOn::All)
    return HandlerVerdict::Fatal;
  if (pause_on_ == PauseOn::Uncaught || role == HandlerRole::Handles)
    return HandlerVerdict::Handles;
  return role == HandlerRole::Rethrows ? HandlerVerdict::Rethrows : HandlerVerdict::Fatal;
}

/// The first handler that fits of the try whose block `inside` stands in.
const Handler *PausePolicy::handlerAround(const FunctionTable &code, const Statement &inside,
                                          const HandlerFrame &frame) {
  const Statement *around = code.statement(inside.parent);
  if (inside.block != 0 || (around && around->kind != StatementKind::Try))
    return nullptr;
  for (const Handler &handler : around ? around->handlers : code.handlers)
    if (catches(handler, frame))
      return &handler;
  return nullptr;
}

bool PausePolicy::catches(const Handler &handler, const HandlerFrame &frame) {
  if (handler.type.empty())
    return true;
  if (!frame.thrown)
    return false;
  auto address = session_.lookup(handler.type);
  if (!address) {
    consumeError(address.takeError());
    return false;
  }
  void *object = frame.object;
  if (frame.thrown->__is_pointer_p())
    object = *static_cast<void **>(object);
  return reinterpret_cast<const std::type_info *>(*address)->__do_catch(frame.thrown, &object, 1);
}

} // namespace jithost
