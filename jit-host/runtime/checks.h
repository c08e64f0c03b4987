// What a failed check of the program throws.
#pragma once

#include <exception>
#include <string>

namespace jithost {

/// A failure whoever would handle it: natively nothing could (runtime/handler_search.cpp).
class CheckFailed : public std::exception {
public:
  CheckFailed(const char *kind, int signal, std::string message)
      : kind_(kind), signal_(signal), message_(std::move(message)) {}
  const char *kind() const { return kind_; } // "null pointer"
  /// What natively ends the program in most cases.
  int signal() const { return signal_; }
  const char *what() const noexcept override { return message_.c_str(); }

private:
  const char *kind_;
  int signal_;
  std::string message_;
};

/// Nobody repairs it: ends the process as it would end natively.
[[noreturn]] void endAsNatively(const CheckFailed &failed);

/// Of an assertion of libstdc++. \param function as __PRETTY_FUNCTION__ is
std::string assertionMessage(const char *function, const char *condition);

} // namespace jithost
