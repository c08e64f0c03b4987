// A local static whose initialiser throws is tried again; then made once, also with many threads.
#include "../object.h"
#include <thread>
#include <vector>

int attempts = 0;

struct Costly {
  Object object;
  Costly() : object("costly") {
    if (++attempts < 3)
      throw attempts;
  }
};

Costly &instance() {
  static Costly costly;
  return costly;
}

int number() {
  static int made = [] {
    std::puts("initialised");
    return 42;
  }();
  return made++;
}

template <typename T> int perType() {
  static int count = 0;
  return ++count;
}

struct Node {
  static Node &get() {
    static Node node;
    return node;
  }
  ~Node() { std::puts("~Node"); }
};

int main() {
  for (int i = 0; i < 4; ++i)
    try {
      std::printf("%s\n", instance().object.name);
    } catch (int attempt) {
      std::printf("attempt %d failed, alive %d\n", attempt, Object::alive);
    }
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] { Node::get(); });
  for (std::thread &thread : threads)
    thread.join();
  std::printf("%d %d %d\n", number(), number(), attempts);
  perType<int>();
  std::printf("%d %d\n", perType<int>(), perType<char>());
}
