// The program runs on a stack of its own: every repair in a long-lived frame makes the stack
// deeper, so there has to be room for thousands of them. Pages are backed when they are touched. It
// stays on the main thread, as natively.
#include "address_space.h"
#include "internal.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <ucontext.h>
#include <valgrind/valgrind.h>

namespace jithost {
namespace {

struct Start {
  int (*entry)(void *);
  void *argument;
  int result;
  uintptr_t top;
  uint64_t bytes;
  ucontext_t host, program;
};
Start start; // one program per process

constexpr unsigned kPartOfLimit = 16;
constexpr uint64_t kGuardBytes = 1 << 16;
constexpr uint64_t kSmallestStack = 8 << 20;
constexpr uint64_t kCountedStack = 256 << 20;

/// The catch here marks the end of the program for the handler search. What arrives all the same
/// was judged to be caught further in and was not.
__attribute__((noinline)) void trampoline() {
  try {
    start.result = start.entry(start.argument);
  } catch (...) {
    std::fprintf(stderr, "jit-host: an exception left the program although it was to be paused\n");
    std::abort();
  }
}

/// Where the system counts address space as memory (vm.overcommit_memory = 2), a large reservation
/// would take it from the program.
bool addressSpaceIsCounted() {
  std::FILE *file = std::fopen("/proc/sys/vm/overcommit_memory", "re");
  int mode = 0;
  if (file && std::fscanf(file, "%d", &mode) != 1)
    mode = 0;
  if (file)
    std::fclose(file);
  return mode == 2;
}

char *reserve(uint64_t &bytes) {
  // valgrind looks for pointers in every page of it
  if (addressSpaceIsCounted() || RUNNING_ON_VALGRIND)
    bytes = std::min(bytes, kCountedStack);
  for (; bytes >= kSmallestStack; bytes /= 2) {
    void *stack = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack != MAP_FAILED)
      return static_cast<char *>(stack);
  }
  return nullptr;
}

} // namespace

uintptr_t programTrampoline() { return reinterpret_cast<uintptr_t>(&trampoline); }

uint64_t stackDepth(uintptr_t stack_pointer) {
  bool inside = stack_pointer <= start.top && start.top - stack_pointer <= start.bytes;
  return inside ? start.top - stack_pointer : 0;
}

int runOnProgramStack(int (*entry)(void *), void *argument, uint64_t bytes) {
  bytes = modestReservation(bytes, kPartOfLimit);
  start.entry = entry;
  start.argument = argument;
  char *stack = reserve(bytes);
  if (!stack) {
    start.top = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    start.bytes = kSmallestStack;
    trampoline();
    return start.result;
  }
  mprotect(stack, kGuardBytes, PROT_NONE);
  start.top = reinterpret_cast<uintptr_t>(stack) + bytes;
  start.bytes = bytes;
  VALGRIND_STACK_REGISTER(stack, stack + bytes);
  getcontext(&start.program);
  start.program.uc_stack.ss_sp = stack;
  start.program.uc_stack.ss_size = bytes;
  start.program.uc_link = &start.host;
  makecontext(&start.program, trampoline, 0);
  swapcontext(&start.host, &start.program);
  return start.result;
}

} // namespace jithost
