// Runs what a person at a pause asked for, in the paused frame. Whatever happens in there ends
// there: exceptions and faults are told, the pause stays.
#pragma once

#include "failure.h"

#include <functional>

namespace jithost {

struct EvaluationEnd {
  enum class Kind { Done, Threw, Faulted } kind = Kind::Done;
  std::string what;    // type of the exception, or name of the signal
  std::string message; // the exception's
};

/// Runs `code` on the words of a frame, which it may change. On the thread whose frame it is.
/// \param shown told the address of a value that is to be shown, while it is alive
EvaluationEnd evaluate(ContinuationCode code, uint64_t *words,
                       const std::function<void(const void *)> &shown);

} // namespace jithost
