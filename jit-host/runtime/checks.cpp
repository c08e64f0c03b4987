// Called by checks of the program's code that have failed.
#include "checks.h"
#include "fault.h"

#include "internal.h"

#include <cctype>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace jithost {
namespace {

[[noreturn]] void fail(const char *kind, int signal, std::string message) {
  throw CheckFailed(kind, signal, std::move(message));
}

/// What "[_Tp = int]" follows.
std::string withoutArgumentList(const std::string &function) {
  for (size_t list = 0; (list = function.find(" [", list)) != std::string::npos; ++list) {
    size_t name = list + 2, behind = name;
    while (behind < function.size() && (isalnum(function[behind]) || function[behind] == '_'))
      ++behind;
    if (behind > name && function.compare(behind, 3, " = ") == 0)
      return function.substr(0, list);
  }
  return function;
}

} // namespace

void endAsNatively(const CheckFailed &failed) {
  leaveFaultsAlone();
  std::fprintf(stderr, "jit-host: %s: %s\n", failed.kind(), failed.what());
  std::signal(failed.signal(), SIG_DFL); // no handler is to find a second failure
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, failed.signal());
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  std::raise(failed.signal());
  std::abort();
}

/// "reference std::vector<int>::operator[](size_type) [_Tp = int]": without what follows the name
/// and without the result.
std::string assertionMessage(const char *function, const char *condition) {
  std::string name = withoutArgumentList(function);
  if (size_t begin = name.find("std::"); begin < name.find('('))
    name.erase(0, begin);
  return std::string(condition) + " does not hold in " + name;
}

} // namespace jithost

#define JIT_HOST_FAILED extern "C" __attribute__((noinline, noreturn, visibility("default"))) void

JIT_HOST_FAILED __jit_host_failed_pointer(const char *text) {
  jithost::fail("null pointer", SIGSEGV, std::string(text) + " is null");
}

JIT_HOST_FAILED __jit_host_failed_divisor(const char *text) {
  jithost::fail("division by zero", SIGFPE, std::string(text) + " is zero");
}

JIT_HOST_FAILED __jit_host_failed_index(long index, long count, const char *text) {
  jithost::fail("index out of bounds", SIGSEGV,
                "index " + std::to_string(index) + " of " + text + ", which has " +
                    std::to_string(count) + (count == 1 ? " element" : " elements"));
}

JIT_HOST_FAILED __jit_host_failed_return() {
  jithost::fail("missing return", SIGILL, "the end of a function that has a result was reached");
}

JIT_HOST_FAILED __jit_host_failed_unreachable() {
  jithost::fail("unreachable code", SIGILL, "__builtin_unreachable was reached");
}

/// In place of `std::__glibcxx_assert_fail`.
JIT_HOST_FAILED __jit_host_failed_assertion(const char *, int, const char *function,
                                            const char *condition) {
  jithost::fail("failed assertion", SIGABRT, jithost::assertionMessage(function, condition));
}
