// Called by checks of the program's code that have failed.
#include "checks.h"

#include "fault.h"

#include <cctype>
#include <csignal>
#include <cstdio>

namespace jithost {
namespace {

/// Natively it ends the program by `signal` in most cases.
[[noreturn]] void fail(const char *kind, int signal, const std::string &message) {
  Fault fault{};
  fault.signal = signal;
  std::snprintf(fault.what, sizeof fault.what, "%s", kind);
  std::snprintf(fault.message, sizeof fault.message, "%s", message.c_str());
  std::snprintf(fault.said, sizeof fault.said, "jit-host: %s: %s\n", kind, message.c_str());
  throw fault;
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
