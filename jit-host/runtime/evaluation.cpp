// Exceptions are caught by the code itself, which says so here. A fault jumps back: what it leaves
// locked or half done in the program is as if the statement had failed there, and is said.
#include "evaluation.h"
#include "fault.h"
#include "internal.h"

#include <csetjmp>
#include <csignal>
#include <utility>

namespace jithost {
namespace {

struct Evaluation {
  EvaluationEnd end;
  const std::function<void(const void *)> &shown;
};
thread_local Evaluation *running = nullptr;

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

} // namespace

EvaluationEnd evaluate(ContinuationCode code, uint64_t *words,
                       const std::function<void(const void *)> &shown) {
  FaultHandlers handlers;
  useSignalStack();
  Evaluation evaluation{{}, shown};
  Evaluation *outer = std::exchange(running, &evaluation);
  const int sections = host_sections;
  sigjmp_buf back;
  FaultReturn returns{&back, nullptr};
  pushFaultReturn(&returns);
  if (int signal = sigsetjmp(back, 1); signal == 0) {
    code(words, nullptr);
  } else {
    host_sections = sections; // what was jumped over did not end its own
    evaluation.end.kind = EvaluationEnd::Kind::Faulted;
    evaluation.end.what = faultName(signal);
  }
  popFaultReturn();
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
  if (faultIn(exceptionBeingHandled())) // natively no exception
    running->end = {EvaluationEnd::Kind::Faulted, failure.type + ": " + failure.message, ""};
  else
    running->end = {EvaluationEnd::Kind::Threw, std::move(failure.type),
                    std::move(failure.message)};
}

extern "C" __attribute__((visibility("default"))) void
__jit_host_shown(const void *value) noexcept {
  if (jithost::running)
    jithost::running->shown(value);
}
