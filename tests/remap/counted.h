// What the pairs share: objects that are counted, and numbers whose `at` throws from 3 on.
#pragma once
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

inline int alive = 0;
struct Counted {
  int value;
  explicit Counted(int value = 0) : value(value) { ++alive; }
  Counted(const Counted &other) : value(other.value) { ++alive; }
  Counted &operator=(const Counted &) = default;
  ~Counted() { --alive; }
};

inline const std::vector<int> numbers{10, 20, 30};
