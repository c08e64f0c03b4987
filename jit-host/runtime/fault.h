// Faults: what would end the process without an exception. One becomes an exception that nobody but
// a pause handles, thrown as if by a call in the innermost frame that can be unwound from.
#pragma once

#include <cstdint>

namespace jithost {

/// What is thrown. Plain, so that throwing it needs as little as possible.
struct Fault {
  int signal;        // that it ends the process with natively
  char what[60];     // "SIGSEGV", "abort"
  char message[448]; // what is known of it
  char said[512];    // what natively stands on stderr before
};

/// From here on signals, aborts and failed assertions of the program are faults.
/// \param code_begin, code_end where the program's code lies
void catchFaults(uintptr_t code_begin, uintptr_t code_end);

/// A stack for signal handlers of this thread.
void useSignalStack();

/// Told by what runs code that must not end the run: where a fault on this thread goes back to.
struct FaultReturn {
  void *jump; // a sigjmp_buf
  FaultReturn *outer;
};
void pushFaultReturn(FaultReturn *to);
void popFaultReturn();

/// The handlers, for as long as somebody runs code of the program for a person; whatever the
/// program has done about its signals.
class FaultHandlers {
public:
  FaultHandlers();
  ~FaultHandlers();
  FaultHandlers(const FaultHandlers &) = delete;

private:
  void *before_;
};

/// In the handler of a signal: when it returns, the thread throws from the innermost call that can
/// be unwound, instead of going on where it was interrupted. \param context of the handler
/// \param anywhere as of PlaceSearch \return false: nothing is changed, there is no such call
bool throwFromContext(void *context, const char *what, const char *message, bool anywhere);

/// Throws from the caller of `function`, which is active on this thread, unless nobody can pause
/// there. \param anywhere as of PlaceSearch
void throwInsteadOf(uintptr_t function, bool anywhere = false);

/// Begin of the function that throws faults.
uintptr_t faultThrower();

/// On this thread nothing is a fault any more: it is about to end the process as natively.
void leaveFaultsAlone();

/// What the fault would have done.
[[noreturn]] void endByFault(const Fault &fault);

} // namespace jithost
