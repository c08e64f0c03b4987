// Lambdas: captures, init captures, mutable, generic, recursive, in initialisers, as function
// pointers.
#include "../object.h"
#include <functional>
#include <memory>
#include <vector>

int global = [] { return 11; }();

struct Thing {
  int value = 5;
  Object object{"of thing"};
  std::function<int()> byThis = [this] { return value; };
  auto byCopy() const {
    return [*this] { return value; };
  }
  std::vector<int> list = [this] {
    std::vector<int> result;
    for (int i = 0; i < value; ++i)
      result.push_back(i * i);
    return result;
  }();
};

auto counter(int start) {
  return [start]() mutable { return start++; };
}

int main() {
  Thing thing;
  auto copy = thing.byCopy();
  thing.value = 6;
  std::printf("%d %d %zu %d\n", thing.byThis(), copy(), thing.list.size(), global);
  auto next = counter(3);
  next();
  std::printf("%d\n", next());
  int (*pointer)(int) = [](int x) { return x * 2; };
  std::printf("%d\n", pointer(21));
  auto owner = [object = std::make_unique<Object>("owned")] { return object->name; };
  std::printf("%s\n", owner());
  auto factorial = [](auto self, int n) -> int { return n < 2 ? 1 : n * self(self, n - 1); };
  std::printf("%d\n", factorial(factorial, 5));
  auto generic = []<typename T>(std::vector<T> values, auto... rest) {
    return sizeof(T) * values.size() + sizeof...(rest);
  };
  std::printf("%zu\n", generic(std::vector<short>{1, 2}, 'x', 1.5));
  int x = 1, y = 2;
  auto outer = [&, y] {
    return [&x, y]() mutable {
      x += ++y;
      if (x > 5)
        throw x;
      return y;
    };
  };
  auto inner = outer();
  try {
    inner();
    inner();
  } catch (int value) {
    std::printf("caught %d %d\n", value, y);
  }
  std::vector<std::function<int()>> many;
  for (int i = 0; i < 3; ++i)
    many.push_back([i, &x] { return i + x; });
  for (auto &function : many)
    std::printf("%d ", function());
  std::puts("");
}
