// CRTP, variadic folds, template template parameters, specialisation, concepts, two-phase lookup.
#include <concepts>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

template <typename Self> struct Counted {
  static inline int alive = 0;
  Counted() { ++alive; }
  Counted(const Counted &) { ++alive; }
  ~Counted() { --alive; }
  void describe() const { std::printf("%s %d\n", static_cast<const Self *>(this)->name(), alive); }
};
struct Cat : Counted<Cat> {
  const char *name() const { return "cat"; }
};
struct Dog : Counted<Dog> {
  const char *name() const { return "dog"; }
};

template <typename... Ts> int total(Ts... values) { return (values + ... + 0); }
template <template <typename...> class Container, typename T> Container<T> twice(T value) {
  return Container<T>{value, value};
}
template <typename T> struct Kind {
  static const char *get() { return "general"; }
};
template <typename T> struct Kind<T *> {
  static const char *get() { return "pointer"; }
};
template <> struct Kind<int> {
  static const char *get() { return "int"; }
};
template <typename T>
concept Speaks = requires(const T &t) {
  { t.name() } -> std::convertible_to<const char *>;
};
template <Speaks T> std::string speak(const T &t) { return std::string(t.name()) + " speaks"; }
template <typename T> std::string speak(const T &) { return "silence"; }
template <typename F, typename... As> auto call(F f, As &&...as) -> decltype(f(as...)) {
  if (sizeof...(as) > 2)
    throw sizeof...(as);
  return f(std::forward<As>(as)...);
}
template <int N> int factorial() {
  if constexpr (N <= 1)
    return 1;
  else
    return N * factorial<N - 1>();
}

int main() {
  Cat one, two;
  Dog dog = Dog(dog);
  one.describe();
  dog.describe();
  std::printf("%d %zu\n", total(1, 2, 3), twice<std::vector>(4).size());
  std::printf("%s %s %s\n", Kind<char>::get(), Kind<int *>::get(), Kind<int>::get());
  std::printf("%s %s %d\n", speak(one).c_str(), speak(5).c_str(), factorial<6>());
  auto sum = [](auto... xs) { return (xs + ...); };
  try {
    std::printf("%d\n", call(sum, 1, 2));
    std::printf("%d\n", call(sum, 1, 2, 3));
  } catch (std::size_t count) {
    std::printf("caught %zu\n", count);
  }
  std::apply([](auto... xs) { ((std::printf("%g ", double(xs))), ...); }, std::tuple(1, 2.5, 3L));
  std::puts("");
}
