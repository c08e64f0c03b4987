// Called by captured code in a guard on the exception path: pauses, and runs the continuation if
// there is one.
#include "internal.h"

#include <cstdarg>
#include <cxxabi.h>

namespace jithost {
namespace {

ContinuationCode ask(const CapturedFrame &frame) {
  HostSection section;
  return hooks.in_guard(current_failure, frame);
}

/// The exception has been answered: it is caught and gone, as at the end of a handler.
void endException(void *exception) {
  failing_exception = nullptr;
  __cxxabiv1::__cxa_begin_catch(exception);
  __cxxabiv1::__cxa_end_catch();
}

} // namespace
} // namespace jithost

/// \return 0: go on unwinding; 1: `result` holds the function's result, return it.
extern "C" __attribute__((noinline, visibility("default"))) int
__jit_host_resume(const char *site, void *result, void *exception, unsigned count, ...) {
  if (exception != jithost::failing_exception)
    return 0; // somebody catches it
  auto *words = static_cast<uint64_t *>(__builtin_alloca(count * sizeof(uint64_t) + 1));
  va_list list;
  va_start(list, count);
  for (unsigned i = 0; i < count; ++i)
    words[i] = va_arg(list, uint64_t);
  va_end(list);
  jithost::CapturedFrame frame{site, words, count,
                               reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) + 16};
  jithost::ContinuationCode continuation = jithost::ask(frame);
  if (!continuation)
    return 0;
  jithost::endException(exception);
  jithost::hooks.resuming();
  continuation(words, result);
  return 1;
}

uintptr_t jithost::resumeHook() { return reinterpret_cast<uintptr_t>(&__jit_host_resume); }
