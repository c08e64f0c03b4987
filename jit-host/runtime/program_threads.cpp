// Threads that the program or a library starts: each begins in a function whose catch marks the end
// of the program for the handler search, and on a stack that has room for repairs, which run nested
// in the frames they repair. The executable exports pthread_create, so the dynamic linker finds it
// before the C library's.
#include "address_space.h"
#include "fault.h"
#include "internal.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <dlfcn.h>
#include <pthread.h>

namespace jithost {
namespace {

struct Start {
  void *(*entry)(void *);
  void *argument;
};

constexpr size_t kThreadStackBytes = 256 << 20; // address space; pages come when they are touched

using Create = int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

Create originalCreate() {
  static const auto create = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  if (!create) {
    std::fprintf(stderr, "jit-host: pthread_create is missing: %s\n", dlerror());
    std::abort();
  }
  return create;
}

/// What arrives at the last catch all the same was judged to be caught further in and was not.
__attribute__((noinline)) void *runThread(void *argument) {
  Start start = *static_cast<Start *>(argument);
  delete static_cast<Start *>(argument);
  useSignalStack();
  try {
    return start.entry(start.argument);
  } catch (abi::__forced_unwind &) { // pthread_exit, pthread_cancel
    throw;
  } catch (...) {
    std::fprintf(stderr, "jit-host: an exception left a thread although it was to be paused\n");
    std::abort();
  }
}

/// Who asks for no stack of his own gets a larger one, where the system gives it.
int createOnLargeStack(pthread_t *thread, Start *start) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  size_t usual = 0;
  pthread_attr_getstacksize(&attributes, &usual);
  if (addressSpaceLimit() == 0)
    pthread_attr_setstacksize(&attributes, std::max(usual, kThreadStackBytes));
  int error = originalCreate()(thread, &attributes, runThread, start);
  pthread_attr_destroy(&attributes);
  return error == 0 ? 0 : originalCreate()(thread, nullptr, runThread, start);
}

} // namespace

uintptr_t threadTrampoline() { return reinterpret_cast<uintptr_t>(&runThread); }

} // namespace jithost

extern "C" __attribute__((visibility("default"))) int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*entry)(void *),
               void *argument) {
  using namespace jithost;
  if (host_sections > 0 || !hooks.can_pause)
    return originalCreate()(thread, attributes, entry, argument);
  auto *start = new Start{entry, argument};
  int error = attributes ? originalCreate()(thread, attributes, runThread, start)
                         : createOnLargeStack(thread, start);
  if (error != 0)
    delete start;
  return error;
}
