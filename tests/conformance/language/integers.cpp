// -fwrapv, unsigned wrap-around, shifts, conversions, builtin overflow checks.
// flags: -fwrapv -funsigned-char
#include <climits>
#include <cstdio>
#include <limits>

int next(int x) { return x + 1; }
bool grows(int x) { return x + 1 > x; }

int main() {
  volatile int largest = INT_MAX;
  volatile unsigned zero = 0;
  std::printf("%d %d %u\n", next(largest), grows(largest), zero - 1);
  volatile char letter = -1;
  std::printf("%d %d\n", letter, std::numeric_limits<char>::max());
  int result;
  std::printf("%d\n", __builtin_add_overflow(largest, 1, &result));
  std::printf("%d %d\n", -7 / 2, -7 % 2);
  long shifted = -16l >> 2;
  std::printf("%ld %d\n", shifted, static_cast<short>(70000));
  unsigned char byte = 200;
  byte += 100;
  std::printf("%d\n", byte);
}
