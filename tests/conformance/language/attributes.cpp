// Attributes on statements and functions: likely, fallthrough, always_inline, noinline, musttail,
// used.
#include <cstdio>

int even(unsigned n);
int odd(unsigned n) {
  if (n == 0)
    return 0;
  [[clang::musttail]] return even(n - 1);
}
int even(unsigned n) {
  if (n == 0)
    return 1;
  [[clang::musttail]] return odd(n - 1);
}
__attribute__((always_inline)) inline int inlined(int x) { return x * 3; }
[[gnu::noinline]] int separate(int x) { return x + 1; }
[[gnu::pure]] int pure(int x) { return x * x; }
[[gnu::const]] int constant(int x) { return x * x; }
[[gnu::flatten]] int flat(int x) { return separate(inlined(x)); }
[[gnu::cold, gnu::used]] static void cold() { std::puts("cold"); }
[[nodiscard]] int result() { return 5; }
[[noreturn]] void leave(int code) { throw code; }
[[gnu::target("sse4.2")]] int targeted(int x) { return x; }
void cleaned(int *value) { std::printf("cleaned %d\n", *value); }

int classify(int value) {
  switch (value) {
  [[likely]] case 1:
    return 10;
  [[unlikely]] case 2:
    return 20;
  }
  if (value > 100) [[unlikely]]
    return 1000;
  else [[likely]]
    return 0;
}

int choose(bool first) {
  if (first)
    return 1;
  leave(2);
}

int main() {
  std::printf("%d %d\n", even(1000000), odd(1000001));
  [[maybe_unused]] int unused = 0;
  [[clang::always_inline]] separate(1);
  [[clang::nomerge]] separate(2);
  while (unused++ < 3) [[likely]]
    std::printf("%d ", classify(unused));
  std::printf("%d %d %d %d\n", classify(101), flat(4), pure(3) + constant(3), targeted(1));
  cold();
  (void)result();
  {
    [[gnu::cleanup(cleaned)]] int value = 9;
    ++value;
  }
  try {
    choose(false);
  } catch (int code) {
    std::printf("left with %d\n", code);
  }
}
