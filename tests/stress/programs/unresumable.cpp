// flags: -std=c++20
// Functions that cannot be resumed inside run unchanged; what fails in what they call pauses there.
#include "counted.h"
#include <coroutine>
#include <csetjmp>
#include <exception>
#include <iostream>
#include <string>

int helper(int value) {
  Counted local(value);
  int stress_local = local.value + 1;
  return stress_local;
}

struct Generator {
  struct promise_type {
    int current = 0;
    Generator get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int value) {
      current = value;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
  int next() {
    handle.resume();
    return handle.promise().current;
  }
};

Generator count(int from) {
  Counted inside(from);
  for (int i = 0; i < 3; ++i)
    co_yield inside.value + i;
}

std::jmp_buf place;
int jumps() {
  volatile int rounds = 0;
  if (setjmp(place) < 2) {
    rounds = rounds + 1;
    std::longjmp(place, rounds);
  }
  return rounds + helper(1);
}

int assembly(int value) {
  asm goto("test %0, %0\n jz %l1" : : "r"(value) : "cc" : zero);
  return helper(value);
zero:
  return -helper(2);
}

int variable(int size) {
  int array[size];
  for (int i = 0; i < size; ++i)
    array[i] = helper(i);
  int sum = 0;
  for (int i = 0; i < size; ++i)
    sum += array[i];
  return sum;
}

int computed(int which) {
  static void *targets[] = {&&one, &&two};
  int result = helper(which);
  goto *targets[which % 2];
one:
  return result;
two:
  return result * 10;
}

constexpr int square(int x) {
  int result = x * x;
  return result;
}

struct Lists {
  Counted first;
  int second;
  std::string third = std::to_string(helper(9));
  Lists(int from) : first(helper(from)), second(helper(first.value)) {
    Counted local(second);
    third += std::to_string(local.value);
  }
};

struct Ends {
  int *sum;
  ~Ends() {
    int by = helper(3);
    *sum += by;
  }
};

int main() {
  {
    Generator generator = count(4);
    int first = generator.next(), second = generator.next();
    std::cout << first << second << "\n";
    generator.handle.destroy();
    std::cout << jumps() << " " << assembly(0) << assembly(3) << " " << variable(4) << " " << computed(0)
              << computed(1) << " " << square(helper(2)) << "\n";
    Lists lists(2);
    std::cout << lists.first.value << lists.second << lists.third << "\n";
    int sum = 0;
    {
      Ends ends{&sum};
      sum += helper(1);
    }
    std::cout << sum << "\n";
  }
  return balance();
}
