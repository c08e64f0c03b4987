// `throw;` hands on the object itself; what a handler changed by reference is seen further out.
#include "../object.h"

struct Failed {
  int level = 0;
  Object object{"failed"};
};

void again() { throw; }

void first() {
  try {
    throw Failed();
  } catch (Failed &failed) {
    ++failed.level;
    again();
  }
}

void second() {
  try {
    first();
  } catch (Failed failed) { // a copy: the change stays here
    failed.level += 10;
    std::printf("copy has level %d\n", failed.level);
    throw;
  }
}

int main() {
  for (int i = 0; i < 2; ++i)
    try {
      second();
    } catch (const Failed &failed) {
      std::printf("main sees level %d\n", failed.level);
    }
  try {
    try {
      throw 5;
    } catch (int &value) {
      value = 6;
      throw;
    }
  } catch (int value) {
    std::printf("value %d, alive %d\n", value, Object::alive);
  }
}
