// Large stack frames, deep recursion, and an exception through thousands of frames.
#include "../object.h"
#include <numeric>

int depth_reached = 0, destroyed = 0;

struct Counter {
  ~Counter() { ++destroyed; }
};

int descend(int depth) {
  Counter counter;
  volatile char block[256];
  block[depth % 256] = 1;
  depth_reached = depth;
  if (depth == 10000)
    throw depth;
  return descend(depth + 1) + block[depth % 256];
}

long large(int value) {
  int numbers[300000];
  std::iota(numbers, numbers + 300000, value);
  Object local("beside a large array");
  if (value == 2)
    throw numbers[299999];
  return std::accumulate(numbers, numbers + 300000, 0L);
}

int nested(int depth) {
  try {
    if (depth == 0)
      throw 1;
    return nested(depth - 1);
  } catch (int value) {
    if (depth < 50)
      throw value + 1;
    return value;
  }
}

int main() {
  try {
    descend(0);
  } catch (int depth) {
    std::printf("%d %d %d\n", depth, depth_reached, destroyed);
  }
  try {
    std::printf("%ld\n", large(1));
    std::printf("%ld\n", large(2));
  } catch (int value) {
    std::printf("caught %d\n", value);
  }
  std::printf("%d\n", nested(60));
}
