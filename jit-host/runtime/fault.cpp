// Signals, abort and failed assertions.
//
// A signal's context is rewritten so that throwFault() appears called in place of what failed: the
// frame that failed is left out, since it stands at no call, and every frame outside of it is
// unwound from the call that it is in, by its own cleanups. So guards and locks are released, as if
// what failed had thrown.
//
//     program()  ->  at::add()  ->  kernel()  ->  SIGSEGV in kernel
//     program()  ->  at::add()  ->  throwFault()
//
// What cannot be kept: a thread without a frame of the program; a function of a library that must
// not be left by an exception between. These end as natively. Objects of the frame that failed are
// not destroyed, and a lock that it held itself stays locked.
#include "fault.h"
#include "fault_place.h"
#include "internal.h"
#include "thread_stop.h"

#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <exception>
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

namespace jithost {
namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr size_t kSignalStack = 128 * 1024;
constexpr uintptr_t kRoomAbove = 128 * 1024; // between a stack overflow and where it is thrown
constexpr uintptr_t kRedZone = 128;

uintptr_t code_begin = 0, code_end = 0;
bool catching = false;
thread_local Fault pending;
thread_local FaultReturn *returns_to = nullptr;
thread_local bool ends_natively = false;

const char *signalName(int signal) {
  switch (signal) {
  case SIGSEGV:
    return "SIGSEGV";
  case SIGBUS:
    return "SIGBUS";
  case SIGFPE:
    return "SIGFPE";
  case SIGILL:
    return "SIGILL";
  default:
    return "SIGABRT";
  }
}

[[noreturn]] void throwFault() { throw pending; }

/// Registers of the place, then throwFault() as if called there.
[[noreturn]] void throwFrom(const CallPlace &place) {
  auto *top = reinterpret_cast<uintptr_t *>(place.stack_pointer) - 1;
  *top = place.return_address;
  asm volatile("mov %0, %%rax\n\t"
               "mov %1, %%rcx\n\t"
               "mov %2, %%rdx\n\t"
               "mov 16(%%rax), %%rbx\n\t"
               "mov 32(%%rax), %%r12\n\t"
               "mov 40(%%rax), %%r13\n\t"
               "mov 48(%%rax), %%r14\n\t"
               "mov 56(%%rax), %%r15\n\t"
               "mov 24(%%rax), %%rbp\n\t"
               "mov %%rcx, %%rsp\n\t"
               "jmp *%%rdx\n\t"
               :
               : "r"(&place), "r"(top), "r"(&throwFault)
               : "rax", "rcx", "rdx", "memory");
  __builtin_unreachable();
}

void say(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
void say(char *to, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(to, size, format, arguments);
  va_end(arguments);
}

/// Whether an address lies right below this thread's stack pointer, where its stack ends.
bool isStackOverflow(uintptr_t address, uintptr_t stack_pointer) {
  return address + (64 << 10) >= stack_pointer && address < stack_pointer + kRedZone + 4096 &&
         address <= stack_pointer + 4096;
}

void describe(int signal, const siginfo_t &info, uintptr_t stack_pointer, bool &overflow) {
  uintptr_t address = reinterpret_cast<uintptr_t>(info.si_addr);
  overflow =
      signal == SIGSEGV && info.si_code == SEGV_ACCERR && isStackOverflow(address, stack_pointer);
  pending.signal = signal;
  pending.said[0] = 0;
  say(pending.what, sizeof pending.what, "%s", overflow ? "stack overflow" : signalName(signal));
  if (overflow)
    say(pending.message, sizeof pending.message,
        "the stack has come to its end: a function calls itself too often, or has too large "
        "locals");
  else if (signal == SIGFPE)
    say(pending.message, sizeof pending.message, "%s",
        info.si_code == FPE_INTDIV ? "an integer was divided by zero"
                                   : "an arithmetic operation failed");
  else if (signal == SIGABRT)
    say(pending.message, sizeof pending.message, "the C library ended the program");
  else if (signal == SIGILL)
    say(pending.message, sizeof pending.message,
        "no instruction at %p: a place that must not be reached", info.si_addr);
  else if (address < 4096)
    say(pending.message, sizeof pending.message, "a null pointer was used (address %p)",
        info.si_addr);
  else
    say(pending.message, sizeof pending.message, "memory at %p cannot be used", info.si_addr);
}

void die(int signal) {
  if (hooks.dying)
    hooks.dying();
  struct sigaction natively{};
  natively.sa_handler = SIG_DFL;
  sigaction(signal, &natively, nullptr);
}

/// A call of a null pointer, or into what is no code: there is no frame, only a return address.
bool isNoCode(uintptr_t address) {
  Dl_info info;
  bool of_program = address >= code_begin && address < code_end;
  return !of_program && !dladdr(reinterpret_cast<void *>(address), &info);
}

/// In a signal handler: nothing but write().
void sayWhyNot(PlaceFound found) {
  char text[256];
  say(text, sizeof text, "jit-host: %s cannot be paused: %s\n", pending.what,
      found == PlaceFound::Terminates ? "a function of a library that must not throw is in between"
                                      : "no function of the program is left to pause in");
  if (write(STDERR_FILENO, text, std::strlen(text)) < 0)
    return; // nobody reads it
}

PlaceFound rewrite(ucontext_t &context, uintptr_t at_least, bool anywhere = false) {
  greg_t *registers = context.uc_mcontext.gregs;
  uintptr_t failed_at = registers[REG_RIP];
  if (isNoCode(failed_at)) { // its caller appears to have called throwFault()
    registers[REG_RIP] = reinterpret_cast<greg_t>(&throwFault);
    return PlaceFound::Yes;
  }
  CallPlace place;
  PlaceFound found = findPlace({code_begin, code_end, failed_at, 0, at_least, anywhere}, place);
  if (found != PlaceFound::Yes)
    return found;
  auto *top = reinterpret_cast<uintptr_t *>(place.stack_pointer) - 1;
  *top = place.return_address;
  registers[REG_RSP] = reinterpret_cast<greg_t>(top);
  registers[REG_RIP] = reinterpret_cast<greg_t>(&throwFault);
  registers[REG_RBX] = place.rbx;
  registers[REG_RBP] = place.rbp;
  registers[REG_R12] = place.r12;
  registers[REG_R13] = place.r13;
  registers[REG_R14] = place.r14;
  registers[REG_R15] = place.r15;
  return found;
}

void onFault(int signal, siginfo_t *info, void *context) {
  if (returns_to)
    siglongjmp(*static_cast<sigjmp_buf *>(returns_to->jump), signal);
  auto &machine = *static_cast<ucontext_t *>(context);
  uintptr_t stack_pointer = machine.uc_mcontext.gregs[REG_RSP];
  bool overflow = false;
  if (!catching || host_sections > 0 || ends_natively || !hooks.can_pause)
    return die(signal);
  describe(signal, *info, stack_pointer, overflow);
  uintptr_t at_least = overflow ? stack_pointer + kRoomAbove : 0;
  PlaceFound found = rewrite(machine, at_least);
  if (found == PlaceFound::Yes)
    return;
  sayWhyNot(found);
  if (!standForRescue(context))
    die(signal);
}

void install(struct sigaction *before) {
  struct sigaction action{};
  action.sa_sigaction = onFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &action, before ? &before[i] : nullptr);
}

/// Called by what would end the process: throws from its caller, unless nobody can pause there.
__attribute__((noinline)) void throwInstead(uintptr_t function) {
  if (!catching || host_sections > 0 || ends_natively || returns_to || !hooks.can_pause)
    return;
  pending.signal = SIGABRT;
  CallPlace place;
  PlaceFound found = findPlace({code_begin, code_end, 0, function, 0}, place);
  if (found == PlaceFound::Yes)
    throwFrom(place);
  sayWhyNot(found);
  standForRescue(nullptr, function);
}

std::terminate_handler native_terminate = nullptr;

/// A joinable thread was destroyed, a pure virtual function called: what std::terminate is called
/// for without an exception that went before it.
[[noreturn]] void onTerminate() {
  using Terminate = void (*)() noexcept;
  say(pending.what, sizeof pending.what, "std::terminate");
  say(pending.message, sizeof pending.message,
      "called without an exception: a std::thread was destroyed that is still to be joined, or a "
      "pure virtual function was called");
  pending.said[0] = 0;
  const auto function = reinterpret_cast<uintptr_t>(static_cast<Terminate>(&std::terminate));
  if (!std::current_exception())
    throwInstead(function);
  else if (catching && host_sections == 0 && !ends_natively)
    standForRescue(nullptr, function); // a function of a library that must not throw, and did
  leaveFaultsAlone();
  native_terminate();
  std::abort();
}

} // namespace

bool throwFromContext(void *context, const char *what, const char *message, bool anywhere) {
  pending.signal = SIGABRT;
  pending.said[0] = 0;
  say(pending.what, sizeof pending.what, "%s", what);
  say(pending.message, sizeof pending.message, "%s", message);
  return rewrite(*static_cast<ucontext_t *>(context), 0, anywhere) == PlaceFound::Yes;
}

void throwInsteadOf(uintptr_t function, bool anywhere) {
  CallPlace place;
  pending.signal = SIGABRT;
  if (findPlace({code_begin, code_end, 0, function, 0, anywhere}, place) == PlaceFound::Yes)
    throwFrom(place);
}

uintptr_t faultThrower() { return reinterpret_cast<uintptr_t>(&throwFault); }

void pushFaultReturn(FaultReturn *to) {
  to->outer = returns_to;
  returns_to = to;
}

void popFaultReturn() { returns_to = returns_to->outer; }

FaultHandlers::FaultHandlers() : before_(new struct sigaction[std::size(kSignals)]) {
  install(static_cast<struct sigaction *>(before_));
}

FaultHandlers::~FaultHandlers() {
  auto *before = static_cast<struct sigaction *>(before_);
  for (size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &before[i], nullptr);
  delete[] before;
}

void leaveFaultsAlone() { ends_natively = true; }

void endByFault(const Fault &fault) {
  leaveFaultsAlone();
  if (fault.said[0])
    std::fputs(fault.said, stderr);
  die(fault.signal);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, fault.signal);
  pthread_sigmask(SIG_UNBLOCK, &mask, nullptr);
  raise(fault.signal);
  _exit(128 + fault.signal);
}

void useSignalStack() {
  stack_t now{};
  if (sigaltstack(nullptr, &now) == 0 && !(now.ss_flags & SS_DISABLE))
    return; // the program's own
  void *memory = mmap(nullptr, kSignalStack, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED)
    return;
  stack_t own{};
  own.ss_sp = memory;
  own.ss_size = kSignalStack;
  sigaltstack(&own, nullptr);
}

void catchFaults(uintptr_t begin, uintptr_t end) {
  code_begin = begin;
  code_end = end;
  catching = true;
  native_terminate = std::set_terminate(onTerminate);
  useSignalStack();
  install(nullptr);
}

} // namespace jithost

using namespace jithost;

extern "C" __attribute__((visibility("default"), noreturn)) void abort() noexcept {
  say(pending.what, sizeof pending.what, "abort");
  say(pending.message, sizeof pending.message, "abort() was called");
  pending.said[0] = 0;
  throwInstead(reinterpret_cast<uintptr_t>(&abort));
  leaveFaultsAlone();
  static const auto native = reinterpret_cast<void (*)()>(dlsym(RTLD_NEXT, "abort"));
  native();
  _exit(134);
}

extern "C" __attribute__((visibility("default"), noreturn)) void
__assert_fail(const char *assertion, const char *file, unsigned line,
              const char *function) noexcept {
  say(pending.what, sizeof pending.what, "failed assertion");
  say(pending.message, sizeof pending.message, "%s", assertion);
  say(pending.said, sizeof pending.said, "%s: %s:%u: %s%sAssertion `%s' failed.\n",
      program_invocation_short_name, file, line, function ? function : "", function ? ": " : "",
      assertion);
  throwInstead(reinterpret_cast<uintptr_t>(&__assert_fail));
  leaveFaultsAlone();
  std::fputs(pending.said, stderr);
  abort();
}
