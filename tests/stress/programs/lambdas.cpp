// flags: -std=c++17
// Lambdas: in std::function, passed to algorithms, captures of every kind, mutable, generic, nested.
#include "counted.h"
#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

struct Machine {
  Counted state{1};
  std::map<std::string, std::function<int(int)>> actions;
  Machine() {
    actions["add"] = [this](int by) {
      Counted step(by);
      state.value += step.value;
      return state.value;
    };
    actions["twice"] = [this, copy = Counted(10)](int by) mutable {
      int stress_local = by + copy.value;
      copy.value += 1;
      return state.value = stress_local * 2;
    };
  }
  Machine(const Machine &) = delete;
  int run(const std::string &name, int argument) {
    auto found = actions.find(name);
    if (found == actions.end())
      return -1;
    return found->second(argument);
  }
};

std::function<int()> counter(int start) {
  auto held = std::make_shared<Counted>(start);
  return [held]() {
    int stress_local = held->value;
    held->value += 2;
    return stress_local;
  };
}

template <typename F> int twice(F &&function, int argument) {
  int first = function(argument);
  int second = function(first);
  return first + second;
}

int main() {
  {
    std::vector<int> values{5, 3, 9, 1};
    int compared = 0;
    std::sort(values.begin(), values.end(), [&compared](int a, int b) {
      Counted left(a), right(b);
      ++compared;
      return left.value < right.value;
    });
    std::vector<Counted> objects(values.begin(), values.end());
    int sum = std::accumulate(objects.begin(), objects.end(), 0, [](int so_far, const Counted &next) {
      int stress_local = so_far + next.value;
      return stress_local;
    });
    std::for_each(values.begin(), values.end(), [&](int &v) {
      v += sum;
      if (v % 2 == 0)
        v /= 2;
    });
    std::cout << (compared > 0) << " " << sum << " " << values[0] << " " << values[3] << "\n";

    Machine machine;
    std::cout << machine.run("add", 4) << " " << machine.run("twice", 3) << " " << machine.run("twice", 3) << " "
              << machine.run("none", 1) << "\n";
    auto next = counter(5);
    std::cout << next() << next() << next() << "\n";

    auto generic = [&sum](auto a, auto... rest) {
      auto total = a;
      ((total += rest), ...);
      sum += int(total);
      return total;
    };
    std::cout << generic(1, 2, 3) << " " << generic(1.5, 2) << " " << generic(2l, 3) << "\n";
    std::cout << twice([offset = sum](int x) { return x + offset; }, 2) << "\n";

    std::function<int(int)> factorial = [&factorial](int n) {
      Counted here(n);
      if (n <= 1)
        return 1;
      int below = factorial(n - 1);
      return here.value * below;
    };
    std::cout << factorial(5) << "\n";
    auto outer = [=](int x) {
      Counted kept(x);
      auto inner = [kept, &x]() mutable {
        kept.value += x;
        return kept.value;
      };
      int first = inner();
      return first + inner();
    };
    std::cout << outer(3) << "\n";
    auto unique = [owner = std::make_unique<Counted>(8)] { return owner->value; };
    std::cout << unique() << " " << [](int a, int b = 3) { return a * b; }(2) << "\n";
  }
  return balance();
}
