// flags: -std=c++17
// Function and class templates, if constexpr, fold expressions, CRTP, specialisations.
#include "counted.h"
#include <array>
#include <iostream>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

template <typename T> struct Stack {
  std::vector<T> items;
  static inline int pushes = 0;
  void push(T item) {
    ++pushes;
    items.push_back(std::move(item));
  }
  T pop() {
    T last = std::move(items.back());
    items.pop_back();
    return last;
  }
  template <typename U> U fold(U start, U (*join)(U, const T &)) const {
    U stress_local = start;
    for (const T &item : items)
      stress_local = join(stress_local, item);
    return stress_local;
  }
};

template <typename T> std::string describe(const T &value) {
  if constexpr (std::is_integral_v<T>) {
    Counted digits{int(value)};
    return "int " + std::to_string(digits.value);
  } else if constexpr (std::is_same_v<T, Counted>) {
    std::string text = "counted ";
    text += std::to_string(value.value);
    return text;
  } else {
    auto stress_local = value.size();
    return "other " + std::to_string(stress_local);
  }
}

template <typename... Ts> int sumOf(Ts... values) {
  Counted total(0);
  ((total.value += int(values)), ...);
  return total.value;
}

template <typename F, typename... Ts> void forEach(F &&function, Ts &&...values) {
  (function(std::forward<Ts>(values)), ...);
}

template <typename Derived> struct Named {
  std::string greet() {
    auto &self = static_cast<Derived &>(*this);
    std::string text = "I am " + self.name();
    return text + "!";
  }
};
struct Dog : Named<Dog> {
  Counted tail{1};
  std::string name() {
    int stress_local = tail.value;
    return "dog" + std::to_string(stress_local);
  }
};

template <int N> struct Power {
  static int of(int base) {
    int rest = Power<N - 1>::of(base);
    return base * rest;
  }
};
template <> struct Power<0> {
  static int of(int) {
    Counted one(1);
    return one.value;
  }
};

template <typename T, std::size_t N> T largest(const std::array<T, N> &values) {
  T best = values[0];
  for (std::size_t i = 1; i < N; ++i)
    if (best < values[i])
      best = values[i];
  return best;
}

int main() {
  {
    Stack<Counted> counted;
    for (int i = 0; i < 3; ++i)
      counted.push(Counted(i * i));
    Stack<std::string> words;
    words.push("one");
    words.push("three");
    std::cout << counted.fold<int>(1, [](int sum, const Counted &next) { return sum + next.value; }) << " "
              << words.fold<size_t>(0, [](size_t sum, const std::string &word) { return sum + word.size(); }) << "\n";
    Counted last = counted.pop();
    std::cout << last.value << words.pop() << Stack<Counted>::pushes << Stack<std::string>::pushes << "\n";
    std::cout << describe(7) << "," << describe(last) << "," << describe(std::string("abc")) << "\n";
    std::cout << sumOf(1, 2.5, 'a', 4l) << "\n";
    int seen = 0;
    forEach([&seen](const auto &value) { seen += int(sizeof(value)); }, 1, 2.0, Counted(3));
    std::cout << seen << " " << Dog().greet() << " " << Power<4>::of(3) << "\n";
    std::array<double, 3> numbers{1.5, 8.25, 3};
    std::cout << largest(numbers) << " " << largest(std::array<int, 2>{4, 2}) << "\n";
    auto [first, second] = std::tuple<int, Counted>(3, Counted(4));
    std::cout << first + second.value << "\n";
  }
  return balance();
}
