// What is done about a failure before people are asked: rules, retries, the repair command.
#pragma once

#include "options/options.h"
#include "pause/console.h"
#include "repair/repair_command.h"
#include "repair/retry_policy.h"
#include "versions/active_stack.h"
#include "versions/patch_preparation.h"

#include <optional>
#include <vector>

namespace jithost {

/// The statement that a retry begins at.
struct RetryStart {
  size_t frame = 0; // of the stack
  uint32_t statement = 0;
};

/// Where it begins when the failing statement is a `throw`, which would only throw again.
enum class RetryFrom {
  Call,      // the function that threw runs anew, and those that do nothing but call it; where the
             // program has no such call, at the `if` around
  Condition, // at the nearest `if` around; where there is none, at the call
};

/// In frame `index` or further out. A macro is taken for one statement, or for its `if`.
RetryStart retryStart(const std::vector<StackFrame> &stack, size_t index, RetryFrom from);

class AutomaticAnswers {
public:
  AutomaticAnswers(const Options &options, Session &session, const VersionStore &versions,
                   PatchWatcher &watcher, Console &console);

  /// Asked at the raise, on any thread: does the failure take its course?
  bool alwaysFails() const;
  bool fails(const Failure &failure, const std::vector<StackFrame> &stack) const;

  // The rest on the thread whose turn it is.

  /// Waits for the time of the next retry. \return the retry, or what somebody has done meanwhile;
  /// nothing when somebody is to be asked
  std::optional<PauseAnswer> retry(const PauseScreen &screen, const std::vector<StackFrame> &stack,
                                   size_t index);
  /// A retry begins, whoever wanted it.
  void retried(const PreparedPatch &retry);

  /// \return what the repair command has left, or what somebody has done meanwhile
  std::optional<PauseAnswer> repair(const PauseScreen &screen, const Failure &failure,
                                    const std::vector<StackFrame> &stack, size_t index);
  /// Why the last patch is not taken, if it is not; then what became of it.
  void learn(const Preparation &preparation);
  void learn(bool applied);

private:
  FailureAnswer answerTo(const FailureFacts &failure) const;
  bool begunAgain(const std::string &continuation) const;
  RepairRequest requestFor(const PauseScreen &screen, const std::vector<StackFrame> &stack,
                           size_t index) const;

  Session &session_;
  const VersionStore &versions_;
  PatchWatcher &watcher_;
  Console &console_;
  const std::vector<FailureRule> &rules_;
  FailureAnswer otherwise_; // what no rule fits
  RetryPolicy retries_;
  std::string launch_folder_;
  RepairCommand command_;
};

} // namespace jithost
