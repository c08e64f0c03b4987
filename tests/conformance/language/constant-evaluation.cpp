// constexpr, consteval, constinit, static_assert, is_constant_evaluated: evaluated as before.
#include <array>
#include <cstdio>
#include <string_view>
#include <type_traits>

constexpr int fibonacci(int n) {
  int a = 0, b = 1;
  for (int i = 0; i < n; ++i) {
    int next = a + b;
    a = b;
    b = next;
  }
  return a;
}
consteval int square(int n) { return n * n; }
constexpr int which(int n) {
  if (std::is_constant_evaluated())
    return n;
  return -n;
}
constexpr auto table = [] {
  std::array<int, 10> result{};
  for (int i = 0; int &entry : result)
    entry = fibonacci(i++);
  return result;
}();
template <int N> struct Sized {
  char bytes[N];
};
struct Literal {
  int value;
  constexpr Literal(int v) : value(v) {
    if (v < 0)
      throw "negative";
  }
  constexpr ~Literal() {}
};
constexpr long operator""_kilo(unsigned long long n) { return n * 1000; }
constinit long global = 3_kilo;

static_assert(fibonacci(20) == 6765);
static_assert(sizeof(Sized<square(4)>) == 16);
static_assert(Literal(4).value == 4);

template <typename T> constexpr const char *kind() {
  if constexpr (std::is_integral_v<T>)
    return "integral";
  else if constexpr (requires(T t) { t.size(); })
    return "sized";
  else
    return "other";
}

int main(int argc, char **) {
  constexpr int constant = which(5);
  const int maybe = which(6);
  int runtime = which(argc + 6);
  std::printf("%d %d %d %d %ld\n", constant, maybe, runtime, table[9], global);
  switch (argc) {
  case square(1):
    std::puts("case of a consteval");
  }
  try {
    Literal literal(-argc);
  } catch (const char *text) {
    std::puts(text);
  }
  char bytes[fibonacci(6)];
  std::printf("%zu %s %s %s\n", sizeof bytes, kind<int>(), kind<std::string_view>(), kind<float>());
}
