// Exceptions are caught by the code itself, which says so here. A fault jumps back: what it leaves
// locked or half done in the program is as if the statement had failed there, and is said.
#include "evaluation.h"
#include "internal.h"

#include <csetjmp>
#include <csignal>
#include <cstring>
#include <memory>
#include <utility>

namespace jithost {
namespace {

struct Evaluation {
  EvaluationEnd end;
  const std::function<void(const void *)> &shown;
  sigjmp_buf back;
};
thread_local Evaluation *running = nullptr;

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr size_t kSignalStack = 64 * 1024;

const char *faultName(int signal) {
  switch (signal) {
  case SIGSEGV:
    return "SIGSEGV: memory that is not there was used";
  case SIGBUS:
    return "SIGBUS: memory that cannot be used was used";
  case SIGFPE:
    return "SIGFPE: a division by zero or the like";
  case SIGILL:
    return "SIGILL: no instruction, perhaps a place that must not be reached";
  default:
    return "SIGABRT: abort, a failed assertion or std::terminate";
  }
}

void jumpBack(int signal) {
  if (running)
    siglongjmp(running->back, signal);
}

/// Handlers and a stack for them, for as long as it exists.
class FaultsCaught {
public:
  FaultsCaught() : stack_(new char[kSignalStack]) {
    stack_t own{};
    own.ss_sp = stack_.get();
    own.ss_size = kSignalStack;
    sigaltstack(&own, &stack_before_);
    struct sigaction action{};
    action.sa_handler = jumpBack;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < std::size(kFaults); ++i)
      sigaction(kFaults[i], &action, &before_[i]);
  }
  ~FaultsCaught() {
    for (size_t i = 0; i < std::size(kFaults); ++i)
      sigaction(kFaults[i], &before_[i], nullptr);
    sigaltstack(&stack_before_, nullptr);
  }

private:
  std::unique_ptr<char[]> stack_;
  stack_t stack_before_{};
  struct sigaction before_[std::size(kFaults)];
};

} // namespace

EvaluationEnd evaluate(ContinuationCode code, uint64_t *words,
                       const std::function<void(const void *)> &shown) {
  FaultsCaught faults;
  Evaluation evaluation{{}, shown, {}};
  Evaluation *outer = std::exchange(running, &evaluation);
  if (int signal = sigsetjmp(evaluation.back, 1); signal == 0) {
    code(words, nullptr);
  } else {
    evaluation.end.kind = EvaluationEnd::Kind::Faulted;
    evaluation.end.what = faultName(signal);
  }
  running = outer;
  return std::move(evaluation.end);
}

} // namespace jithost

/// Called where an exception that the statements let out was caught.
extern "C" __attribute__((visibility("default"))) void __jit_host_threw() noexcept {
  using namespace jithost;
  if (!running)
    return;
  Failure failure;
  describeException(exceptionBeingHandled(), failure);
  running->end = {EvaluationEnd::Kind::Threw, std::move(failure.type), std::move(failure.message)};
}

extern "C" __attribute__((visibility("default"))) void
__jit_host_shown(const void *value) noexcept {
  if (jithost::running)
    jithost::running->shown(value);
}
