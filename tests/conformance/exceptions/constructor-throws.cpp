// What is constructed already is destroyed in reverse order: members, bases, and nothing else.
#include "../object.h"

struct Base {
  Object object;
  explicit Base(const char *name) : object(name) {}
  ~Base() { std::puts("~Base"); }
};

struct Whole : Base {
  Object first{"first"};
  Object second;
  Object third;
  explicit Whole(int fails)
      : Base("base"), second(fails == 1 ? throw 1 : "second"), third("third") {
    Object local("local");
    if (fails == 2)
      throw 2;
    std::puts("constructed");
  }
  ~Whole() { std::puts("~Whole"); }
};

int main() {
  for (int fails = 0; fails < 3; ++fails)
    try {
      std::printf("case %d\n", fails);
      Whole whole(fails);
      std::puts("alive");
    } catch (int code) {
      std::printf("caught %d\n", code);
    }
  try {
    auto *whole = new Whole(2);
    delete whole;
  } catch (int code) {
    std::printf("new: caught %d\n", code);
  }
  std::printf("alive %d\n", Object::alive);
}
