// Called by captured code in a guard on the exception path: pauses, and runs the continuation if
// there is one.
#include "captured_words.h"
#include "fault.h"
#include "internal.h"

#include <cxxabi.h>
#include <exception>

namespace jithost {
namespace {

GuardAnswer ask(const CapturedFrame &frame) {
  HostSection section;
  return hooks.in_guard(in_flight->failure, frame);
}

/// The exception has been answered: it is caught and gone, as at the end of a handler.
void endException() {
  FailureInFlight *ended = takeInnermost();
  _Unwind_Exception *exception = ended->exception;
  {
    HostSection section;
    hooks.resuming(ended->failure);
    delete ended;
  }
  __cxxabiv1::__cxa_begin_catch(exception);
  __cxxabiv1::__cxa_end_catch();
}

/// As natively: on to the handler that waits, or std::terminate.
void giveUp() {
  FailureInFlight *left = takeInnermost();
  bool handler_waits = left->failure.handler_waits;
  given_up = left->exception;
  delete left;
  if (const Fault *fault = faultIn(given_up))
    endByFault(*fault);
  if (handler_waits)
    return;
  __cxxabiv1::__cxa_begin_catch(given_up);
  leaveFaultsAlone();
  std::terminate();
}

} // namespace
} // namespace jithost

/// \return 0: go on unwinding; 1: `result` holds the function's result, return it.
extern "C" __attribute__((noinline, visibility("default"))) int
__jit_host_resume(const char *site, void *result, void *exception, unsigned count, ...) {
  using namespace jithost;
  if (!in_flight || exception != in_flight->exception)
    return 0; // somebody handles it
  va_list list;
  va_start(list, count);
  CapturedWords captured(count, list);
  auto *words = static_cast<uint64_t *>(__builtin_alloca(captured.count * sizeof(uint64_t) + 1));
  captured.copyTo(words, list);
  va_end(list);
  CapturedFrame frame{site, words, captured.count, callerFrame(resumeHook())};
  GuardAnswer answer = ask(frame);
  if (answer.give_up)
    giveUp();
  if (!answer.code)
    return 0;
  endException();
  answer.code(words, result);
  return 1;
}

uintptr_t jithost::resumeHook() { return reinterpret_cast<uintptr_t>(&__jit_host_resume); }
