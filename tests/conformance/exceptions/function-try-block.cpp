// Function try blocks: of a function, a constructor (which throws on by itself) and a destructor.
#include "../object.h"

int divide(int a, int b) try {
  Object local("dividing");
  if (b == 0)
    throw "division by zero";
  return a / b;
} catch (const char *text) {
  std::printf("%s: %d / %d\n", text, a, b);
  return -1;
}

struct Member {
  Object object;
  explicit Member(int value) : object("member") {
    if (value < 0)
      throw value;
  }
};

struct Holder {
  Object first{"first"};
  Member member;
  explicit Holder(int value) try : member(value) {
    std::puts("holder is made");
    if (value > 100)
      throw 1.5;
  } catch (int number) {
    std::printf("constructor handler: %d\n", number);
  } catch (double number) {
    std::printf("constructor handler: %.1f\n", number);
    throw static_cast<int>(number * 10);
  }
};

struct Noisy {
  ~Noisy() noexcept(false) try { throw 3; } catch (int number) {
    std::printf("destructor handler: %d\n", number);
    return;
  }
};

int main() {
  std::printf("%d %d\n", divide(7, 2), divide(1, 0));
  for (int value : {1, -2, 200})
    try {
      Holder holder(value);
    } catch (int number) {
      std::printf("main: %d\n", number);
    }
  {
    Noisy noisy;
  }
  std::printf("alive %d\n", Object::alive);
}
