// Objects that are counted: at the end of a program as many must have been destroyed as were made.
#pragma once
#include <cstdio>

inline int alive = 0;

struct Counted {
  int value;
  Counted(int value = 0) : value(value) { ++alive; }
  Counted(const Counted &other) : value(other.value) { ++alive; }
  Counted(Counted &&other) : value(other.value) {
    other.value = -1;
    ++alive;
  }
  Counted &operator=(const Counted &) = default;
  Counted &operator=(Counted &&other) {
    value = other.value;
    other.value = -1;
    return *this;
  }
  ~Counted() { --alive; }
};

inline int balance() {
  std::printf("alive %d\n", alive);
  return alive;
}
