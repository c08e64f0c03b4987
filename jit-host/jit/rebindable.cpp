// A stub is `jmp *slot`; redirecting writes the slot.
#include "rebindable.h"

#include "entry.h"

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
  std::lock_guard lock(mutex_);
  return entries_.count(name) || stubs_->findStub(name, false).getAddress();
}

Error Rebindable::adopt(const std::string &name, uint64_t address) {
  if (!isEntry(address))
    return createStringError("%s has no entry", name.c_str());
  std::lock_guard lock(mutex_);
  entries_.insert({name, {address, address}});
  return Error::success();
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
  std::lock_guard lock(mutex_);
  auto entry = entries_.find(name);
  if (entry == entries_.end())
    return stubs_->updatePointer(name, ExecutorAddr(body));
  if (entry->second.target == body)
    return Error::success();
  entry->second.target = body;
  return leadEntry(entry->second.address, body);
}

uint64_t Rebindable::target(const std::string &name) {
  std::lock_guard lock(mutex_);
  auto entry = entries_.find(name);
  return entry != entries_.end()
             ? entry->second.target
             : *stubs_->findPointer(name).getAddress().toPtr<const uint64_t *>();
}

} // namespace jithost
