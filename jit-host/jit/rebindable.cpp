// A name is that of its first body; redirecting it writes a jump there.
#include "rebindable.h"

#include "entry.h"

using namespace llvm;

namespace jithost {
namespace {

/// Other threads may call by it meanwhile.
void store(uint64_t place, uint64_t body) {
  __atomic_store_n(reinterpret_cast<uint64_t *>(place), body, __ATOMIC_SEQ_CST);
}

} // namespace

void Rebindable::define(const std::string &name, uint64_t address) {
  std::lock_guard lock(mutex_);
  names_.insert({name, address});
  targets_.insert({address, address});
}

bool Rebindable::canRedirect(const std::string &name) {
  std::lock_guard lock(mutex_);
  uint64_t address = names_.at(name);
  return isEntry(address) && canBeWritten(address);
}

bool Rebindable::defines(const std::string &name) {
  std::lock_guard lock(mutex_);
  return names_.count(name) != 0;
}

void Rebindable::addTableSlot(uint64_t place, uint64_t body) {
  std::lock_guard lock(mutex_);
  table_slots_.insert({body, place});
  if (auto found = targets_.find(body); found != targets_.end())
    store(place, found->second);
}

Error Rebindable::redirect(const std::string &name, uint64_t body) {
  std::lock_guard lock(mutex_);
  auto found = names_.find(name);
  if (found == names_.end())
    return createStringError("%s is not defined", name.c_str());
  uint64_t entry = found->second;
  uint64_t &target = targets_.at(entry);
  if (target == body)
    return Error::success();
  if (Error error = leadEntry(entry, body))
    return error;
  target = body;
  auto [begin, end] = table_slots_.equal_range(entry);
  for (auto slot = begin; slot != end; ++slot)
    store(slot->second, body);
  return Error::success();
}

uint64_t Rebindable::target(const std::string &name) {
  std::lock_guard lock(mutex_);
  return targets_.at(names_.at(name));
}

} // namespace jithost
