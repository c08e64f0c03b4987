// Shared by the hooks; nothing outside runtime/ includes it.
#pragma once

#include "hooks.h"

#include <typeinfo>
#include <unwind.h>

namespace jithost {

/// A failure on its way to the guard that is to take it over. Destructors of global objects fail
/// after those of thread_local ones have run: so a list by hand.
struct FailureInFlight {
  _Unwind_Exception *exception;
  Failure failure;
  FailureInFlight *outer; // a destructor that a failure unwinds may fail itself
};

extern Hooks hooks;
extern thread_local int host_sections;          // > 0: exceptions are the host's own
FailureInFlight *takeInnermost();               // the caller deletes it
extern thread_local FailureInFlight *in_flight; // the innermost, null: none
/// An exception that nobody repaired: it takes its course, whoever rethrows it.
extern thread_local _Unwind_Exception *given_up;

/// Where the search for a handler ended.
enum class SearchEnd {
  Unknown,    // outside the program: as it would natively
  Handled,    // the program or a library really catches it
  Fatal,      // a handler that makes no difference
  Terminates, // a noexcept function
  Program,    // where the program, or its thread, was started
};

/// Looks, without unwinding, for what would catch `exception`. Fills `failure.frames` and
/// `failure.handler_waits`. \param judged false: every handler handles
SearchEnd findHandler(_Unwind_Exception *exception, Failure &failure, bool judged);

/// What the call that a frame is in permits, by its personality routine.
enum class CallPermits {
  Exceptions,
  Nothing,      // an exception that arrives there ends the process
  EndOfProgram, // the frame is where the program, or its thread, was started
};
CallPermits callPermits(_Unwind_Context *context);
/// Begin of the function at an address, by its unwind table; 0: it has none.
uintptr_t functionAt(uintptr_t address);

/// Address, as of RawFrame, of the frame that called `function`, which is active.
uintptr_t callerFrame(uintptr_t function);

/// Type and message of a C++ exception in flight.
void describeException(_Unwind_Exception *exception, Failure &failure);

struct Fault;
/// Null: another exception.
const Fault *faultIn(_Unwind_Exception *exception);

/// True for a std::bad_alloc and what is derived from it.
bool isBadAlloc(_Unwind_Exception *exception);

/// True for what a step throws (injection.cpp).
bool isInjected(const std::type_info &type);

/// The exception that is being handled on this thread, null: none.
_Unwind_Exception *exceptionBeingHandled();

/// Begins of the functions whose catch stands for "nothing in the program caught this".
uintptr_t programTrampoline();
uintptr_t threadTrampoline();
uintptr_t resumeHook();
uintptr_t pollHook();
uintptr_t switchHook();

} // namespace jithost
