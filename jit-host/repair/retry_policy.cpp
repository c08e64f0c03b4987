// Counts retries that did not get past their statement.
#include "retry_policy.h"

#include <llvm/ADT/StringExtras.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace jithost {

std::string withoutNumbers(const std::string &message) {
  std::string result;
  for (size_t i = 0; i < message.size(); ++i) {
    size_t end = i;
    while (end < message.size() && llvm::isHexDigit(message[end]))
      ++end;
    // "deadbeef" may be a word; with a digit in it, or behind 0x, it is a number
    bool number = std::any_of(message.begin() + i, message.begin() + end, llvm::isDigit);
    result += number ? "#" : message.substr(i, std::max<size_t>(end - i, 1));
    i = std::max(end, i + 1) - 1;
  }
  return result;
}

std::optional<Retry> RetryPolicy::atFailure(const FailureFacts &failure,
                                            const FailureAnswer &answer,
                                            const std::vector<std::string> &stuck) {
  Attempts now;
  now.place = failure.function + " " + failure.file + ":" + std::to_string(failure.line);
  now.message = failure.type + ": " + withoutNumbers(failure.message);
  for (const std::string &name : stuck) {
    auto before = by_retry_.find(name);
    if (before == by_retry_.end() || before->second.place != now.place)
      continue;
    now.all = before->second.all;
    now.with_message = before->second.message == now.message ? before->second.with_message : 0;
    by_retry_.erase(before); // the next retry runs inside it and stands for it
    break;
  }
  current_ = std::move(now);
  if (answer.course != Course::Retry || current_.with_message >= answer.retries ||
      current_.all >= answer.retries * kMessages)
    return std::nullopt;
  Retry retry;
  retry.number = ++current_.with_message;
  retry.of = answer.retries;
  retry.delay_s = std::min(answer.delay_s * std::pow(kDelayGrows, current_.all), kLongestDelay_s);
  ++current_.all;
  return retry;
}

void RetryPolicy::retried(const std::string &name) { by_retry_[name] = current_; }

} // namespace jithost
