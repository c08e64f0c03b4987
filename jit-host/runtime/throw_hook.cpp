// Stands before libgcc's raise: every throw, rethrow and rethrow_exception of the process comes by
// here with the whole stack standing. What somebody handles is passed on untouched; what nobody
// handles is a failure, recorded here and paused in the first guard that the unwinder comes to.
//
// The executable exports these two names, so the dynamic linker finds them before libgcc's;
// LibTorch brings another libunwind with the same names, hence the originals are asked for by
// libgcc's symbol versions.
#include "fault.h"
#include "frame_probe.h"
#include "internal.h"
#include "memory_reserve.h"
#include "thread_stop.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <exception>
#include <unistd.h>

namespace jithost {

Hooks hooks;
thread_local int host_sections = 0;
thread_local FailureInFlight *in_flight = nullptr;
thread_local _Unwind_Exception *given_up = nullptr;

FailureInFlight *takeInnermost() {
  FailureInFlight *innermost = in_flight;
  in_flight = innermost->outer;
  return innermost;
}

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

enum class Course {
  Raise,     // unwind
  Terminate, // nothing catches it: std::terminate, with the stack standing
};

/// The catch where the program was started is the host's, natively there is none; noexcept
/// functions of the program run no destructors before they terminate.
Course nativeCourse(SearchEnd end) {
  bool caught = end != SearchEnd::Program && end != SearchEnd::Terminates;
  if (!caught)
    leaveFaultsAlone();
  return caught ? Course::Raise : Course::Terminate;
}

/// \return true when `exception` is known: a failure that a handler on the way lets pass, or one
/// that nobody repaired.
bool isKnown(_Unwind_Exception *exception, bool rethrown, Course &course) {
  bool failing = in_flight && in_flight->exception == exception;
  if (failing && rethrown)
    return true;
  if (failing) // another exception at the place of one that a library has swallowed
    delete takeInnermost();
  if (given_up == exception && rethrown) {
    Failure ignored;
    course = nativeCourse(findHandler(exception, ignored, false));
    return true;
  }
  given_up = nullptr;
  return false;
}

Course classify(_Unwind_Exception *exception, bool rethrown) {
  Course course = Course::Raise;
  if (host_sections > 0 || !hooks.can_pause)
    return course;
  HostSection section;                   // what describing the exception throws is no failure
  if (isProbe() && faultIn(exception)) { // nobody pauses, all unwinds
    in_flight = new FailureInFlight{exception, {}, in_flight};
    return course;
  }
  if (isKnown(exception, rethrown, course))
    return course;
  static std::atomic<uint64_t> count = 0;
  bool bad_alloc = isBadAlloc(exception);
  if (bad_alloc) // what follows needs memory
    releaseMemoryReserve();
  Failure failure;
  failure.raised_at_ms = milliseconds();
  SearchEnd end = findHandler(exception, failure, true);
  if (end == SearchEnd::Handled || end == SearchEnd::Unknown) {
    if (bad_alloc)
      keepMemoryReserve();
    return course;
  }
  describeException(exception, failure);
  failure.thread = gettid() == getpid() ? 0 : gettid();
  failure.number = ++count;
  if (!hooks.can_pause(failure)) {
    if (const Fault *fault = faultIn(exception); fault && !standForRescue(nullptr, faultThrower()))
      endByFault(*fault);
    return nativeCourse(end);
  }
  in_flight = new FailureInFlight{exception, std::move(failure), in_flight};
  return course;
}

} // namespace
} // namespace jithost

namespace {

_Unwind_Reason_Code raiseClassified(_Unwind_Exception *exception, bool rethrown) {
  static const jithost::Raise raise = jithost::original("_Unwind_RaiseException", "GCC_3.0");
  return jithost::classify(exception, rethrown) == jithost::Course::Raise ? raise(exception)
                                                                          : _URC_END_OF_STACK;
}

} // namespace

extern "C" __attribute__((visibility("default"))) _Unwind_Reason_Code
_Unwind_RaiseException(_Unwind_Exception *exception) {
  return raiseClassified(exception, false);
}

extern "C" __attribute__((visibility("default"))) _Unwind_Reason_Code
_Unwind_Resume_or_Rethrow(_Unwind_Exception *exception) {
  static const jithost::Raise resume = jithost::original("_Unwind_Resume_or_Rethrow", "GCC_3.3");
  bool forced = exception->private_1 != 0; // pthread_exit, pthread_cancel
  return forced ? resume(exception) : raiseClassified(exception, true); // as libgcc does
}

/// Where an exception arrives that is to leave a noexcept function.
extern "C" __attribute__((visibility("default"), noreturn)) void __jit_host_terminates() noexcept {
  jithost::leaveFaultsAlone();
  std::terminate();
}

/// Asked at the begin of every handler of the program: is this a failure on its way to a statement
/// further out?
extern "C" __attribute__((visibility("default"))) int __jit_host_passes_handler() {
  using namespace jithost;
  return in_flight && in_flight->exception == exceptionBeingHandled();
}
