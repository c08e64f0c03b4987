#include "retry_ahead.h"

#include "runtime/hooks.h"
#include "runtime/host_thread.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>

namespace jithost {

struct RetryAhead::Work {
  std::mutex mutex;
  std::condition_variable done;
  std::optional<EmittedObject> object;
  std::string error;
  bool over = false;
  pid_t process = getpid(); // a child that the program forks has no thread
};

void RetryAhead::begin(RetryPlace place, std::string continuation_label, Emit emit) {
  place_ = std::move(place);
  label_ = std::move(continuation_label);
  work_ = std::make_shared<Work>();
  NoSignals none;
  std::thread([work = work_, emit = std::move(emit)] {
    HostSection section; // exceptions here are the host's own
    auto emitted = emit();
    std::lock_guard lock(work->mutex);
    if (emitted)
      work->object = std::move(*emitted);
    else
      work->error = llvm::toString(emitted.takeError());
    work->over = true;
    work->done.notify_all();
  }).detach();
}

std::string RetryAhead::labelFor(const RetryPlace &place) const {
  return work_ && work_->process == getpid() && place == place_ ? label_ : "";
}

llvm::Expected<EmittedObject> RetryAhead::take() {
  std::shared_ptr<Work> work = std::move(work_);
  std::unique_lock lock(work->mutex);
  work->done.wait(lock, [&] { return work->over; });
  if (!work->object)
    return llvm::createStringError(work->error);
  return std::move(*work->object);
}

} // namespace jithost
