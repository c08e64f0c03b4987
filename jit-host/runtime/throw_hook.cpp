// Stands before libgcc's raise: every throw, rethrow and rethrow_exception of the process comes by
// here with the whole stack standing. What somebody catches is passed on untouched; what nobody
// catches is a failure, recorded here and paused in the first guard that the unwinder comes to.
//
// The executable exports these two names, so the dynamic linker finds them before libgcc's;
// LibTorch brings another libunwind with the same names, hence the originals are asked for by
// libgcc's symbol versions.
#include "internal.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

namespace jithost {

Hooks hooks;
thread_local int host_sections = 0;
thread_local Failure current_failure;
thread_local void *failing_exception = nullptr;

void setHooks(const Hooks &wanted) { hooks = wanted; }
HostSection::HostSection() { ++host_sections; }
HostSection::~HostSection() { --host_sections; }

namespace {

using Raise = _Unwind_Reason_Code (*)(_Unwind_Exception *);

Raise original(const char *name, const char *version) {
  void *address = dlvsym(RTLD_NEXT, name, version);
  if (!address) {
    std::fprintf(stderr, "jit-host: %s of libgcc is missing: %s\n", name, dlerror());
    std::abort();
  }
  return reinterpret_cast<Raise>(address);
}

double milliseconds() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

/// \return false when the raise is to end as it would natively, in std::terminate.
bool classify(_Unwind_Exception *exception) {
  if (host_sections > 0 || !hooks.can_pause)
    return true;
  HostSection section; // what describing the exception throws is no failure
  static uint64_t count = 0;
  Failure failure;
  failure.raised_at_ms = milliseconds();
  if (findHandler(exception, failure.frames) != HandlerKind::Program)
    return true;
  describeException(exception, failure);
  if (!hooks.can_pause(failure))
    return false;
  failure.number = ++count;
  current_failure = std::move(failure);
  failing_exception = exception;
  return true;
}

} // namespace
} // namespace jithost

extern "C" __attribute__((visibility("default"))) _Unwind_Reason_Code
_Unwind_RaiseException(_Unwind_Exception *exception) {
  static const jithost::Raise raise = jithost::original("_Unwind_RaiseException", "GCC_3.0");
  return jithost::classify(exception) ? raise(exception) : _URC_END_OF_STACK;
}

extern "C" __attribute__((visibility("default"))) _Unwind_Reason_Code
_Unwind_Resume_or_Rethrow(_Unwind_Exception *exception) {
  static const jithost::Raise raise = jithost::original("_Unwind_Resume_or_Rethrow", "GCC_3.3");
  return jithost::classify(exception) ? raise(exception) : _URC_END_OF_STACK;
}
