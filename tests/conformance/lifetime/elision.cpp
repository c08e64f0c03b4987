// Guaranteed elision: no copy, and the address stays the same from the return to the variable.
#include "../object.h"

const void *seen = nullptr;

struct Pinned {
  int value;
  explicit Pinned(int v) : value(v) { seen = this; }
  Pinned(const Pinned &) = delete;
  ~Pinned() { std::printf("~Pinned %d\n", value); }
};

Pinned make(int value) { return Pinned(value); }
Pinned through(int value) { return make(value + 1); }
Pinned choose(bool first) { return first ? make(10) : Pinned(20); }
Pinned braces() { return Pinned{30}; }
void take(Pinned pinned) { std::printf("parameter in place %d\n", &pinned == seen); }

struct Owner {
  Pinned pinned;
  Pinned other = through(5);
  Owner() : pinned(make(1)) { std::printf("member in place %d\n", &other == seen); }
};

Object copies(Object parameter) { return parameter; }

int main() {
  Pinned one = through(1);
  std::printf("in place %d\n", &one == seen);
  Pinned two = choose(true), three = choose(false);
  std::printf("in place %d %d\n", &three == seen, two.value);
  take(make(7));
  Owner owner;
  Pinned *four = new Pinned(braces());
  std::printf("in place %d\n", four == seen);
  delete four;
  Pinned array[] = {make(100), through(100)};
  std::printf("in place %d\n", &array[1] == seen);
  auto lambda = [pinned = make(50)]() { return &pinned; };
  std::printf("in place %d\n", lambda() == seen);
  Object object = copies(Object(Object("once")));
}
