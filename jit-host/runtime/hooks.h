// What the host plugs into the runtime, and how it starts the program.
#pragma once

#include "failure.h"

namespace jithost {

struct Hooks {
  /// Asked at the raise, before anything is unwound: can one of these frames be paused in?
  bool (*can_pause)(const Failure &failure) = nullptr;
  /// Called in each guard on the way. \return code that takes the frame over, or null: go on
  /// unwinding.
  ContinuationCode (*in_guard)(const Failure &failure, const CapturedFrame &frame) = nullptr;
  /// Called right before a continuation starts, when the failure is over.
  void (*resuming)() = nullptr;
};

void setHooks(const Hooks &hooks);

/// While one exists, exceptions on this thread are the host's own and are left alone.
class HostSection {
public:
  HostSection();
  ~HostSection();
};

/// Calls `entry(argument)` on a large, lazily backed stack of this thread.
/// \param bytes address space to reserve; halved until the system gives it
int runOnProgramStack(int (*entry)(void *), void *argument, uint64_t bytes);

/// Bytes of the program's stack in use at `stack_pointer`.
uint64_t stackDepth(uintptr_t stack_pointer);

} // namespace jithost
