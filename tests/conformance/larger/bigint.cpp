// Arbitrarily large integers: arithmetic, division, powers modulo n, factorials, conversions.
// levels: 0 2 3
#include <algorithm>
#include <compare>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

class Big {
  std::vector<std::uint32_t> digits_; // base 10^9, lowest first
  static constexpr std::uint32_t kBase = 1000000000;
  void trim() {
    while (!digits_.empty() && digits_.back() == 0)
      digits_.pop_back();
  }

public:
  Big(std::uint64_t value = 0) {
    for (; value; value /= kBase)
      digits_.push_back(value % kBase);
  }
  explicit Big(const std::string &text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
      throw std::invalid_argument("no number: " + text);
    for (std::size_t end = text.size(); end > 0; end -= std::min<std::size_t>(end, 9)) {
      std::size_t begin = end > 9 ? end - 9 : 0;
      digits_.push_back(std::stoul(text.substr(begin, end - begin)));
    }
    trim();
  }
  std::string text() const {
    if (digits_.empty())
      return "0";
    std::string result = std::to_string(digits_.back());
    for (std::size_t i = digits_.size() - 1; i-- > 0;) {
      std::string part = std::to_string(digits_[i]);
      result += std::string(9 - part.size(), '0') + part;
    }
    return result;
  }
  std::strong_ordering operator<=>(const Big &other) const {
    if (digits_.size() != other.digits_.size())
      return digits_.size() <=> other.digits_.size();
    for (std::size_t i = digits_.size(); i-- > 0;)
      if (auto order = digits_[i] <=> other.digits_[i]; order != 0)
        return order;
    return std::strong_ordering::equal;
  }
  bool operator==(const Big &) const = default;
  Big &operator+=(const Big &other) {
    std::uint32_t carry = 0;
    for (std::size_t i = 0; i < other.digits_.size() || carry; ++i) {
      if (i == digits_.size())
        digits_.push_back(0);
      std::uint32_t sum = digits_[i] + carry + (i < other.digits_.size() ? other.digits_[i] : 0);
      carry = sum >= kBase;
      digits_[i] = carry ? sum - kBase : sum;
    }
    return *this;
  }
  Big &operator-=(const Big &other) {
    if (*this < other)
      throw std::range_error("negative result");
    std::int64_t borrow = 0;
    for (std::size_t i = 0; i < digits_.size(); ++i) {
      std::int64_t value =
          std::int64_t(digits_[i]) - borrow - (i < other.digits_.size() ? other.digits_[i] : 0);
      borrow = value < 0;
      digits_[i] = borrow ? value + kBase : value;
    }
    trim();
    return *this;
  }
  friend Big operator*(const Big &a, const Big &b) {
    Big result;
    result.digits_.resize(a.digits_.size() + b.digits_.size());
    for (std::size_t i = 0; i < a.digits_.size(); ++i) {
      std::uint64_t carry = 0;
      for (std::size_t j = 0; j < b.digits_.size() || carry; ++j) {
        std::uint64_t value = result.digits_[i + j] + carry;
        if (j < b.digits_.size())
          value += std::uint64_t(a.digits_[i]) * b.digits_[j];
        result.digits_[i + j] = value % kBase;
        carry = value / kBase;
      }
    }
    result.trim();
    return result;
  }
  std::pair<Big, Big> divide(const Big &divisor) const {
    if (divisor == Big())
      throw std::domain_error("division by zero");
    Big quotient, rest;
    quotient.digits_.resize(digits_.size());
    for (std::size_t i = digits_.size(); i-- > 0;) {
      rest = rest * Big(kBase);
      rest += Big(digits_[i]);
      std::uint32_t low = 0, high = kBase - 1;
      while (low < high) {
        std::uint32_t middle = low + (high - low + 1) / 2;
        divisor *Big(middle) <= rest ? low = middle : high = middle - 1;
      }
      quotient.digits_[i] = low;
      rest -= divisor * Big(low);
    }
    quotient.trim();
    return {quotient, rest};
  }
};

Big power(Big base, unsigned exponent) {
  Big result(1);
  for (; exponent; exponent >>= 1, base = base * base)
    if (exponent & 1)
      result = result * base;
  return result;
}

int main() {
  Big factorial(1);
  for (int i = 2; i <= 60; ++i)
    factorial = factorial * Big(i);
  std::printf("%s\n", factorial.text().c_str());
  Big large = power(Big(3), 200);
  auto [quotient, rest] = large.divide(Big("123456789012345678901234567890"));
  std::printf("%s\n%s\n%s\n", large.text().c_str(), quotient.text().c_str(), rest.text().c_str());
  Big check = quotient * Big("123456789012345678901234567890");
  check += rest;
  std::printf("%d %d\n", check == large, factorial < large);
  Big a, b(1);
  for (int i = 0; i < 300; ++i)
    a += b, std::swap(a, b);
  std::printf("%s\n", a.text().c_str());
  for (auto action : {0, 1, 2})
    try {
      action == 0 ? Big("12x") : action == 1 ? a -= b += b : large.divide(Big()).first;
    } catch (const std::exception &error) {
      std::printf("%s\n", error.what());
    }
}
