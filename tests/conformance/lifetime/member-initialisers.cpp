// Default member initialisers: run in declaration order unless the constructor names the member.
#include "../object.h"

int count = 0;
int number(const char *member) {
  std::printf("initialise %s\n", member);
  if (++count == 8)
    throw count;
  return count;
}

struct Part {
  int a = number("a");
  Object object{"part"};
  int b = [this] { return a + number("b"); }();
  int c{number("c")};
  Part() = default;
  explicit Part(int value) : a(value) {}
  Part(int x, int y) : c(y), b(x) {}
};

struct Aggregate {
  int x = number("x");
  Part part{3};
  int y = x + 1;
};

int main() {
  Part first, second(5);
  std::printf("%d %d %d\n", second.a, second.b, second.c);
  try {
    Part third(1, 2);
    std::printf("%d %d %d\n", third.a, third.b, third.c);
    Part fourth;
    std::puts("not reached");
  } catch (int at) {
    std::printf("caught at %d, alive %d\n", at, Object::alive);
  }
  Aggregate aggregate{.x = 4};
  std::printf("%d %d\n", aggregate.y, aggregate.part.b);
}
