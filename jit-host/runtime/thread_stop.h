// A thread of the program that stands still in the middle of whatever it does: in a library, in a
// loop, in a system call that waits. So a run that reaches no poll can be looked at, left as it is,
// or made to leave what it is in.
#pragma once

#include "frame_probe.h"

#include <memory>
#include <sys/types.h>

namespace jithost {

struct StopBox;

/// The thread stands still while this exists. Three at a time.
class ThreadStop {
public:
  /// By a signal. Null: the thread does not answer, or is at work for the host.
  static std::unique_ptr<ThreadStop> stop(pid_t thread);
  /// One that waits in `standForRescue`; null: there is none.
  static std::unique_ptr<ThreadStop> standing();
  /// The thread goes on as if nothing had been, but that a system call which does not begin again
  /// by itself (a sleep) ends early.
  ~ThreadStop();
  ThreadStop(const ThreadStop &) = delete;

  /// Where it stands, innermost first; not all that it is in belongs to the program.
  const std::vector<RawFrame> &frames() const { return frames_; }
  /// The first guard of each frame that could be unwound to, innermost first.
  const std::vector<ProbedFrame> &guards() const { return guards_; }

  /// It does not go on but throws a Fault, as `throwFromContext` does.
  /// \return false: it stands where it cannot be left, and goes on
  bool leave(const char *what, const char *message);

private:
  explicit ThreadStop(StopBox &box);
  StopBox &box_;
  std::vector<RawFrame> frames_;
  std::vector<ProbedFrame> guards_;
};

/// Where the process is about to end because of a fault: waits, for seconds at most, until somebody
/// has taken from this thread what can be rescued. \param context of a signal's handler, or null
/// \param function that was called and does not return, where there is no context
/// \return true: this is a copy of the process, and the handler is to return at once
bool standForRescue(void *context, uintptr_t function = 0);

} // namespace jithost
