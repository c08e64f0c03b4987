// Shared by the hooks; nothing outside runtime/ includes it.
#pragma once

#include "hooks.h"

#include <unwind.h>

namespace jithost {

extern Hooks hooks;
extern thread_local int host_sections; // > 0: exceptions are the host's own
extern thread_local Failure current_failure;
extern thread_local void *failing_exception; // the _Unwind_Exception in flight, null: none

enum class HandlerKind {
  None,    // nothing catches: std::terminate, or the exception of another runtime
  Real,    // the program or a library catches it
  Program, // only the frame that called the program
};

/// Looks, without unwinding, for what would catch `exception`, and records the frames on the way.
HandlerKind findHandler(_Unwind_Exception *exception, std::vector<RawFrame> &frames);

/// Type and message of a C++ exception in flight.
void describeException(_Unwind_Exception *exception, Failure &failure);

/// Begin of the function whose catch stands for "nothing in the program caught this".
uintptr_t programTrampoline();
uintptr_t resumeHook();

} // namespace jithost
