// thread_local objects: made at first use in each thread, destroyed backwards when it ends.
#include "../object.h"
#include <string>
#include <thread>

struct Tracked {
  std::string name;
  explicit Tracked(const char *n) : name(n) { std::printf("make %s\n", n); }
  ~Tracked() { std::printf("destroy %s\n", name.c_str()); }
};

thread_local Tracked first("first");
thread_local Tracked second("second");
thread_local int counter = 5;
struct Class {
  static thread_local int member;
};
thread_local int Class::member = 11;

int bump() {
  static thread_local Tracked inside("inside bump");
  thread_local int calls = 0;
  return ++calls + ++counter + ++Class::member;
}

void work(const char *who) {
  std::printf("-- %s\n", who);
  std::printf("%d %d\n", bump(), bump());
  second.name += " of ";
  second.name += who;
}

int main() {
  std::puts("main");
  work("main");
  std::thread(work, "a").join();
  std::thread(work, "b").join();
  std::thread([] {
    try {
      bump();
      throw counter;
    } catch (int value) {
      std::printf("caught %d\n", value);
    }
  }).join();
  std::printf("%d %d\n", counter, Class::member);
  int *address = &counter;
  std::thread([&] { std::printf("another address %d\n", address != &counter); }).join();
}
