// User-defined conversions, literals, operators and explicit bool, some of which throw.
#include "../object.h"
#include <compare>
#include <string>
#include <utility>

struct Number {
  int value;
  Number(int v) : value(v) {
    if (v == 13)
      throw std::string("unlucky");
  }
  explicit operator bool() const { return value != 0; }
  operator std::string() const {
    if (value < 0)
      throw value;
    return std::to_string(value);
  }
  friend Number operator+(Number a, Number b) { return a.value + b.value; }
  auto operator<=>(const Number &) const = default;
  Number &operator++() { return ++value, *this; }
  Number operator++(int) { return std::exchange(value, value + 1); }
  int operator[](int i) const { return value * i; }
  const Number *operator->() const { return this; }
  int operator,(int right) const { return value * right; }
};
Number operator""_n(unsigned long long v) { return Number(static_cast<int>(v)); }
std::string operator""_s(const char *text, std::size_t size) { return {text, size}; }
template <char... cs> int operator""_digits() { return sizeof...(cs); }

void print(const std::string &text) { std::printf("%s\n", text.c_str()); }

int main() {
  print(Number(5));
  print("lit\0eral"_s.substr(0, 3));
  try {
    print(Number(-5));
  } catch (int value) {
    std::printf("conversion threw %d\n", value);
  }
  try {
    Object beside("beside");
    Number sum = 6_n + 7_n;
    print(sum);
  } catch (const std::string &text) {
    print(text);
  }
  Number n = 3;
  if (n && Number(0))
    print("not reached");
  std::printf("%d %d %d %d %d\n", (n++).value, (++n).value, n[2], n->value, (n, 4));
  std::printf("%d %d %d\n", n < 6, n == Number(5), (n <=> 9) < 0);
  std::printf("%d\n", 12345_digits);
}
