// Ranges and views: lazy pipelines with lambdas that throw, projections, borrowed iterators.
#include <algorithm>
#include <cstdio>
#include <ranges>
#include <string>
#include <vector>

struct Person {
  std::string name;
  int age;
};

int main() {
  int evaluated = 0;
  auto squares = std::views::iota(1) | std::views::filter([](int n) { return n % 3 == 0; }) |
                 std::views::transform([&](int n) {
                   ++evaluated;
                   if (n == 18)
                     throw n;
                   return n * n;
                 });
  for (int value : squares | std::views::take(3))
    std::printf("%d ", value);
  std::printf("evaluated %d\n", evaluated);
  try {
    for (int value : squares)
      std::printf("%d ", value);
  } catch (int n) {
    std::printf("stopped at %d after %d\n", n, evaluated);
  }
  std::vector<Person> people{{"Eve", 30}, {"Adam", 40}, {"Bo", 20}};
  std::ranges::sort(people, {}, &Person::age);
  for (const auto &[name, age] : people | std::views::reverse)
    std::printf("%s %d\n", name.c_str(), age);
  auto found = std::ranges::find(people, "Adam", &Person::name);
  std::printf("%d %d\n", found->age,
              std::ranges::any_of(people, [](auto &p) { return p.age > 99; }));
  std::string text = "one two three";
  for (auto word : std::views::split(text, ' '))
    std::printf("[%.*s]", int(std::ranges::distance(word)), &*word.begin());
  std::puts("");
}
