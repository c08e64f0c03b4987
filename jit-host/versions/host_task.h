// A result that is made on a thread of the host's own while nobody waits for it yet.
#pragma once

#include "runtime/hooks.h"
#include "runtime/host_thread.h"

#include <llvm/Support/Error.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>

namespace jithost {

template <typename Result> class HostTask {
public:
  using Make = std::function<llvm::Expected<Result>()>;

  /// Instead of what was begun before, which ends unheard.
  void begin(Make make) {
    work_ = std::make_shared<Work>();
    NoSignals none;
    std::thread([work = work_, make = std::move(make)] {
      HostSection section; // exceptions here are the host's own
      llvm::Expected<Result> made = make();
      std::lock_guard lock(work->mutex);
      if (made)
        work->result.emplace(std::move(*made));
      else
        work->error = llvm::toString(made.takeError());
      work->over = true;
      work->done.notify_all();
    }).detach();
  }

  bool isBegun() const { return work_ && work_->process == getpid(); }

  /// Waits for it. It can be taken once.
  llvm::Expected<Result> take() {
    std::shared_ptr<Work> work = std::move(work_);
    std::unique_lock lock(work->mutex);
    work->done.wait(lock, [&] { return work->over; });
    if (!work->result)
      return llvm::createStringError(work->error);
    return std::move(*work->result);
  }

private:
  struct Work {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<Result> result;
    std::string error;
    bool over = false;
    pid_t process = getpid(); // a child that the program forks has no thread
  };
  std::shared_ptr<Work> work_; // null: there is none
};

} // namespace jithost
