// When a failing statement is tried again without asking anybody. A pure state machine: who waits
// and who runs the statement again is told, not done.
//
// A retry has got past its statement when the statement ended, or was left. What counts are the
// failures of a statement that no retry has got past since: not time, and not how often the place
// was retried before. So a place that one retry gets past is ridden out in every epoch, for as long
// as the program runs, and one that no retry gets past is paused at after the limit.
//
// A failure of the same statement with another message may be the next step of something that goes
// on (a file that is there, but not whole yet), so it is counted from the beginning. Numbers in
// messages do not make another one of it, and what keeps changing its message is paused at after
// kMessages times the limit.
#pragma once

#include "../options/failure_rules.h"

#include <map>
#include <string>
#include <vector>

namespace jithost {

constexpr unsigned kMessages = 4;
constexpr double kDelayGrows = 4;
constexpr double kLongestDelay_s = 60;

struct Retry {
  unsigned number = 1, of = 1;
  double delay_s = 0;
};

class RetryPolicy {
public:
  /// \param stuck names of retries that have not got past their statements: those the failing
  /// thread stands in
  /// \return nothing: pause
  std::optional<Retry> atFailure(const FailureFacts &failure, const FailureAnswer &answer,
                                 const std::vector<std::string> &stuck);

  /// The failure asked about last is answered by a retry, whoever wanted it, that has this name.
  void retried(const std::string &name);

private:
  /// Retries of one statement that did not get past it.
  struct Attempts {
    std::string place, message;
    unsigned with_message = 0, all = 0;
  };

  Attempts current_; // of the failure asked about last
  std::map<std::string, Attempts> by_retry_;
};

/// Messages that differ only in numbers and addresses are one.
std::string withoutNumbers(const std::string &message);

} // namespace jithost
