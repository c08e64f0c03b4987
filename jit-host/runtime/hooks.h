// What the host plugs into the runtime, and how it starts the program.
#pragma once

#include "failure.h"

namespace jithost {

/// What the host answers to a frame in whose guard a failure stands.
struct GuardAnswer {
  ContinuationCode code = nullptr; // takes the frame over; null: go on unwinding
  bool give_up = false;            // nobody repairs it: the failure ends as it would natively
};

/// All are called on the thread that fails or polls; several threads may call them at once.
struct Hooks {
  /// Asked at the raise, before anything is unwound, about each handler on the way out.
  HandlerVerdict (*judge)(const HandlerFrame &handler) = nullptr;
  /// Asked last, when nothing really handles the exception: can one of its frames be paused in? A
  /// yes begins the failure: the exception is raised next.
  bool (*can_pause)(const Failure &failure) = nullptr;
  /// Called in each guard on the way.
  GuardAnswer (*in_guard)(const Failure &failure, const CapturedFrame &frame) = nullptr;
  /// Called at polls of outdated bodies. \return code to go on in; null: not from here.
  ContinuationCode (*at_poll)(const CapturedFrame &frame) = nullptr;
  /// Called right before a continuation starts, when the failure is over.
  void (*resuming)(const Failure &failure) = nullptr;
  /// Called in the handler of a signal that ends the process although it should have paused: what
  /// takes `ThreadStop::standing` is to be woken. \return false: nobody takes it
  bool (*lost)() = nullptr;
  /// Called in the handler of a signal that ends the process.
  void (*dying)() = nullptr;
};

void setHooks(const Hooks &hooks);

/// The stack of the caller, innermost first, up to where the program or its thread was started.
std::vector<RawFrame> framesHere();

/// While one exists, exceptions on this thread are the host's own and are left alone.
class HostSection {
public:
  HostSection();
  ~HostSection();
};

/// Calls `entry(argument)` on a large, lazily backed stack of this thread.
/// \param bytes address space to reserve; halved until the system gives it
int runOnProgramStack(int (*entry)(void *), void *argument, uint64_t bytes);

/// Bytes of the program's stack in use at `stack_pointer`; 0 on other threads than the main one.
uint64_t stackDepth(uintptr_t stack_pointer);

} // namespace jithost
