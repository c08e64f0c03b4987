// Who may change the versions, and use the console and the folder of patches: one thread at a time.
#pragma once

#include <atomic>
#include <mutex>
#include <sys/types.h>
#include <unistd.h>

namespace jithost {

/// A mutex (of the standard's Lockable) whose owner says when it keeps it for long.
class Turn {
public:
  void lock();
  bool try_lock();
  void unlock();

  /// For who has it: until a person has answered, or a patch is compiled. Over with `unlock`.
  void takeLong() { long_ = true; }

  /// For a frame of the program at a poll, which has to know whether its code is outdated, and for
  /// what takes the place of code: waits while somebody has the turn for a moment only.
  /// \return false: it will be long; or this thread has it itself, as when a pause evaluates
  /// something or a signal handler runs; or the owner is not in this process, which was forked
  bool lockUnlessLong();

private:
  std::mutex mutex_;
  std::atomic<bool> long_ = false;
  pid_t process_ = getpid();
};

} // namespace jithost
