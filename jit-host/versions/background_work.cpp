// One thread with a queue. It blocks all signals: they are the program's.
#include "background_work.h"

#include "instrument/body_names.h"
#include "runtime/hooks.h"
#include "runtime/host_thread.h"

#include <algorithm>
#include <chrono>
#include <unistd.h>

namespace jithost {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kRest(1500), kSupportRest(100), kTurnTriedAgain(50);

void BackgroundWork::hold(UnitToHold unit, bool complete, std::shared_ptr<const Code> whole) {
  std::lock_guard lock(mutex_);
  std::erase_if(tasks_, [&](const Task &task) { return task.unit.index == unit.index; });
  Slot &slot = slots_[unit.index];
  slot.reading = true;
  idle_ = false;
  slot.wanted = unit.version;
  tasks_.push_back({std::move(unit), complete, std::move(whole)});
  changed_.notify_all();
  if (started_in_ == getpid())
    return;
  started_in_ = getpid();
  NoSignals none;
  std::thread([this] { run(); }).detach();
}

bool BackgroundWork::holds(size_t index) {
  std::lock_guard lock(mutex_);
  return slots_.count(index) != 0;
}

std::shared_ptr<HeldUnit> BackgroundWork::held(size_t index, uint32_t version, bool taken) {
  std::unique_lock lock(mutex_);
  auto found = slots_.find(index);
  if (found == slots_.end() || started_in_ != getpid())
    return nullptr;
  Slot &slot = found->second;
  ++awaited_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return slot.unit || !slot.reading; });
  --awaited_;
  if (slot.version != version)
    return nullptr;
  std::shared_ptr<HeldUnit> unit = slot.unit;
  if (taken)
    slots_.erase(found);
  return unit;
}

SymbolNames BackgroundWork::support() {
  std::lock_guard lock(mutex_);
  return support_;
}

std::string BackgroundWork::supportSince(size_t size) {
  std::lock_guard lock(mutex_);
  return support_.text().substr(size);
}

milliseconds BackgroundWork::rest(milliseconds wanted) const {
  return hurries_ ? milliseconds(1) : wanted;
}

void BackgroundWork::finish() {
  std::unique_lock lock(mutex_);
  hurries_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return idle_ || stopped_; });
}

void BackgroundWork::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

void BackgroundWork::run() {
  HostSection section; // exceptions here are the host's own
  for (;;) {
    std::unique_lock lock(mutex_);
    auto something = [this] { return stopped_ || !tasks_.empty(); };
    if (incomplete_.empty() && whole_.empty() && unsupported_.empty()) {
      idle_ = tasks_.empty();
      changed_.notify_all();
      changed_.wait(lock, something);
    } else if (!changed_.wait_for(lock, restBeforeWaiting(), something)) {
      lock.unlock();
      runWaiting();
      continue;
    }
    TimePoint quiet = steady_clock::now() + rest(kRest);
    if (tasks_.empty() || tasks_.front().complete) // the person may drop a patch, the run may fail
      changed_.wait_until(lock, quiet, [this] { return stopped_ || hurries_ || awaited_; });
    if (stopped_)
      return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    runTask(task, quiet);
  }
}

milliseconds BackgroundWork::restBeforeWaiting() const {
  if (incomplete_.empty())
    return rest(whole_.empty() ? kSupportRest : kTurnTriedAgain);
  // Over, unless a patch that waited has cut the rest before the reading short.
  auto left = std::chrono::ceil<milliseconds>(incomplete_.front().quiet - steady_clock::now());
  return rest(std::max(left, milliseconds(0)));
}

/// What has time, one thing at a time.
void BackgroundWork::runWaiting() {
  if (!incomplete_.empty())
    return complete();
  if (!whole_.empty()) {
    std::erase_if(whole_,
                  [this](const auto &whole) { return take_over_(whole.first, whole.second); });
    return;
  }
  std::shared_ptr<const Code> library = std::move(unsupported_.back());
  unsupported_.pop_back();
  addSupport(*library);
}

std::shared_ptr<HeldUnit> BackgroundWork::read(const UnitToHold &unit) {
  auto held = work_.hold(unit.job, session_.known(), support());
  if (held)
    return std::make_shared<HeldUnit>(std::move(*held));
  llvm::consumeError(held.takeError()); // patches are compiled the whole way
  return nullptr;
}

void BackgroundWork::runTask(const Task &task, TimePoint quiet) {
  std::shared_ptr<HeldUnit> held = read(task.unit);
  {
    std::lock_guard lock(mutex_);
    Slot &slot = slots_[task.unit.index];
    slot.reading = slot.wanted != task.unit.version;
    slot.version = task.unit.version;
    slot.unit = held;
    changed_.notify_all();
  }
  if (task.whole && supported_.insert(task.unit.index).second)
    unsupported_.push_back(task.whole);
  if (!task.complete)
    return;
  // What is there of older versions nobody will want.
  std::erase_if(whole_, [&](const auto &whole) { return whole.first.index == task.unit.index; });
  std::erase_if(incomplete_,
                [&](const Incomplete &older) { return older.unit.index == task.unit.index; });
  incomplete_.push_back({task.unit, held, quiet});
}

void BackgroundWork::complete() {
  Incomplete next = std::move(incomplete_.front());
  incomplete_.pop_front();
  if (auto whole = wholeCode(next.unit, next.held.get()))
    whole_.emplace_back(next.unit, std::make_shared<CompileAnswer>(std::move(*whole)));
  else
    llvm::consumeError(whole.takeError());
}

llvm::Expected<CompileAnswer> BackgroundWork::wholeCode(const UnitToHold &unit, HeldUnit *held) {
  if (held) {
    auto whole = held->everything();
    if (whole)
      return whole;
    llvm::consumeError(whole.takeError());
  }
  CompileRequest request;
  request.job = unit.job;
  auto answers = work_.compile({request});
  if (!answers)
    return answers.takeError();
  return std::move(answers->front());
}

void BackgroundWork::addSupport(const Code &library) {
  EmitRequest request;
  request.known = session_.known();
  request.support = support();
  auto emitted = work_.emitSupport(library.bitcode, library.table, request);
  if (!emitted)
    return llvm::consumeError(emitted.takeError());
  NewObject object;
  object.object = llvm::MemoryBuffer::getMemBufferCopy(emitted->object);
  if (emitted->bodies.empty())
    return;
  object.wanted = {supportName(emitted->bodies.front())}; // links all of it, now
  if (auto linked = session_.linkOne(std::move(object)); !linked)
    return llvm::consumeError(linked.takeError());
  std::lock_guard lock(mutex_);
  for (const std::string &name : emitted->bodies)
    support_.insert(name);
}

} // namespace jithost
