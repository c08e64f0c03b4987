// Default arguments are made anew at each call, in the caller, and may throw.
#include "../object.h"

int counter = 0;
int next() {
  if (++counter == 3)
    throw counter;
  return counter;
}

int add(int a, int b = next(), const Object &object = Object("default")) {
  std::printf("%s\n", object.name);
  return a + b;
}

struct Thing {
  int value;
  Object object;
  Thing(int v = next(), Object o = Object("of thing")) : value(v), object(o) {}
  int get(int line = __LINE__) const { return line; }
};

int main() {
  for (int i = 0; i < 4; ++i)
    try {
      Object before("before");
      std::printf("%d\n", add(10));
      if (i == 1)
        std::printf("%d\n", add(10, 5));
    } catch (int value) {
      std::printf("caught %d\n", value);
    }
  counter = 1;
  try {
    Thing things[3];
    std::puts("not reached");
  } catch (int value) {
    std::printf("array: caught %d\n", value);
  }
  Thing thing;
  std::printf("%d %d alive %d\n", thing.value, thing.get(), Object::alive);
}
