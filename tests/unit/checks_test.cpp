// What failed checks say.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/compile_job.h"
#include "runtime/checks.h"
#include "runtime/fault.h"

#include <csignal>
#include <cstdio>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace jithost;

extern "C" {
[[noreturn]] void __jit_host_failed_pointer(const char *text);
[[noreturn]] void __jit_host_failed_divisor(const char *text);
[[noreturn]] void __jit_host_failed_index(long index, long count, const char *text);
[[noreturn]] void __jit_host_failed_return();
[[noreturn]] void __jit_host_failed_unreachable();
[[noreturn]] void __jit_host_failed_assertion(const char *file, int line, const char *function,
                                              const char *condition);
}

namespace {

template <typename Check> std::string said(Check check) {
  try {
    check();
  } catch (const Fault &failed) {
    return std::string(failed.what) + ": " + failed.message;
  }
  return "nothing";
}

} // namespace

TEST_CASE("messages name what the check is of") {
  CHECK(said([] { __jit_host_failed_pointer("head->next"); }) ==
        "null pointer: head->next is null");
  CHECK(said([] { __jit_host_failed_divisor("count"); }) == "division by zero: count is zero");
  CHECK(said([] { __jit_host_failed_index(7, 4, "table"); }) ==
        "index out of bounds: index 7 of table, which has 4 elements");
  CHECK(said([] { __jit_host_failed_index(-1, 1, "one"); }) ==
        "index out of bounds: index -1 of one, which has 1 element");
  CHECK(said([] { __jit_host_failed_return(); }) ==
        "missing return: the end of a function that has a result was reached");
  CHECK(said([] { __jit_host_failed_unreachable(); }) ==
        "unreachable code: __builtin_unreachable was reached");
}

TEST_CASE("assertions of libstdc++ name the function without its template arguments' list") {
  CHECK(said([] {
          __jit_host_failed_assertion(
              "stl_vector.h", 1123,
              "reference std::vector<int>::operator[](size_type) [_Tp = int, _Alloc = "
              "std::allocator<int>]",
              "__n < this->size()");
        }) == "failed assertion: __n < this->size() does not hold in "
              "std::vector<int>::operator[](size_type)");
  CHECK(assertionMessage("int front()", "!empty()") == "!empty() does not hold in int front()");
  CHECK(assertionMessage("T &A<T []>::at(std::size_t) [T = int]", "x") ==
        "x does not hold in T &A<T []>::at(std::size_t)");
}

TEST_CASE("nobody repairs it: the signal that natively ends the program does") {
  auto ended = [](int signal) {
    std::fflush(nullptr);
    pid_t child = fork();
    if (child == 0) {
      std::signal(signal, SIG_IGN); // the program's own handler does not count
      endByFault(Fault{signal, "null pointer", "head is null", ""});
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  };
  CHECK(ended(SIGSEGV) == SIGSEGV);
  CHECK(ended(SIGFPE) == SIGFPE);
  CHECK(ended(SIGABRT) == SIGABRT);
}

TEST_CASE("flags under which checks could change results") {
  CHECK(dependsOnOptimisation({"-std=c++17", "-ffast-math"}));
  CHECK(dependsOnOptimisation({"-ffp-contract=fast"}));
  CHECK(!dependsOnOptimisation({"-ffast-math", "-fno-fast-math"}));
  CHECK(!dependsOnOptimisation({"-ffp-contract=fast", "-ffp-contract=off"}));
  CHECK(!dependsOnOptimisation({"-O3", "-march=native"}));
}

TEST_CASE("checks are part of how a source is compiled") {
  CompileJob job;
  auto without = clangArguments(job);
  job.checks = true;
  CHECK(clangArguments(job) != without);
  job.flags = {"-D_GLIBCXX_ASSERTIONS"};
  auto own = clangArguments(job);
  job.checks = false;
  CHECK(clangArguments(job) == own); // defined once
}
