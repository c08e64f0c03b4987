// What is done about which failure before anybody is asked: rules of a small file, one a line.
//
//     std::ios_base::failure at load_batch -> retry=5 delay=0.5
//     c10::*                               -> pause
//     * message "*device is busy*"         -> retry
//     at legacy.cpp:120                    -> fail
#pragma once

#include <llvm/Support/Error.h>

#include <optional>
#include <string>
#include <vector>

namespace jithost {

/// What rules look at.
struct FailureFacts {
  std::string type, message;
  std::string function, file;
  unsigned line = 0, end_line = 0; // of the failing statement
};

enum class Course {
  Pause, // somebody is waited for
  Retry, // the failing statement again, before somebody is
  Fail,  // as natively
};

constexpr unsigned kRetries = 3;
constexpr unsigned kMostRetries = 1000;
constexpr double kRetryDelay_s = 0.1;

struct FailureAnswer {
  Course course = Course::Pause;
  unsigned retries = kRetries;
  double delay_s = kRetryDelay_s; // before the first retry
};

/// What is set has to fit; `*` stands for any characters.
struct FailureRule {
  std::optional<std::string> type, function, message;
  std::optional<std::string> file; // the end of its path
  unsigned line = 0;               // 0: any
  FailureAnswer answer;
};

/// \param name of the file, for errors, which say the line and what is expected there
llvm::Expected<std::vector<FailureRule>> parseFailureRules(const std::string &text,
                                                           const std::string &name);

/// An empty path: none.
llvm::Expected<std::vector<FailureRule>> readFailureRules(const std::string &path);

/// `pause`, `fail`, `retry`, `retry=N`; nothing for anything else.
std::optional<FailureAnswer> parseFailureAnswer(const std::string &word);

/// The first rule that fits; `otherwise` if none does.
FailureAnswer answerTo(const FailureFacts &failure, const std::vector<FailureRule> &rules,
                       const FailureAnswer &otherwise);

} // namespace jithost
