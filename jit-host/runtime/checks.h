// What a failed check of the program throws.
#pragma once

#include <exception>
#include <string>

namespace jithost {

/// A failure whoever would handle it: natively nothing could (runtime/handler_search.cpp).
class CheckFailed : public std::exception {
public:
  CheckFailed(const char *kind, std::string message) : kind_(kind), message_(std::move(message)) {}
  const char *kind() const { return kind_; } // "null pointer"
  const char *what() const noexcept override { return message_.c_str(); }

private:
  const char *kind_;
  std::string message_;
};

/// Of an assertion of libstdc++. \param function as __PRETTY_FUNCTION__ is
std::string assertionMessage(const char *function, const char *condition);

} // namespace jithost
