// A stub is `jmp *slot`; redirecting writes the slot.
#include "rebindable.h"

using namespace llvm;
using namespace llvm::orc;

namespace jithost {

Expected<std::unique_ptr<Rebindable>> Rebindable::create(JITDylib &library, const Triple &triple) {
  auto builder = createLocalIndirectStubsManagerBuilder(triple);
  if (!builder)
    return createStringError("no indirect stubs for " + triple.str());
  std::unique_ptr<Rebindable> result(new Rebindable(library));
  result->stubs_ = builder();
  return result;
}

bool Rebindable::defines(const std::string &name) {
  return static_cast<bool>(stubs_->findStub(name, false).getAddress());
}

Error Rebindable::define(ArrayRef<std::string> names) {
  JITSymbolFlags flags = JITSymbolFlags::Exported | JITSymbolFlags::Callable;
  IndirectStubsManager::StubInitsMap fresh;
  for (const std::string &name : names)
    if (!defines(name))
      fresh[name] = {ExecutorAddr(), flags};
  if (fresh.empty())
    return Error::success();
  if (Error error = stubs_->createStubs(fresh))
    return error;
  SymbolMap symbols;
  for (auto &entry : fresh)
    symbols[library_.getExecutionSession().intern(entry.first())] =
        stubs_->findStub(entry.first(), false);
  return library_.define(absoluteSymbols(std::move(symbols)));
}

Error Rebindable::redirect(const std::string &name, uint64_t body) {
  return stubs_->updatePointer(name, ExecutorAddr(body));
}

uint64_t Rebindable::target(const std::string &name) {
  return *stubs_->findPointer(name).getAddress().toPtr<const uint64_t *>();
}

} // namespace jithost
