// Through std::function, std::bind, std::invoke and packaged tasks; an empty one throws its own.
#include "../object.h"
#include <functional>
#include <memory>
#include <string>

struct Machine {
  int limit;
  int check(int value) const {
    if (value > limit)
      throw value;
    return value * 2;
  }
};

int main() {
  std::function<int(int)> function;
  try {
    function(1);
  } catch (const std::bad_function_call &) {
    std::puts("bad_function_call");
  }
  auto kept = std::make_shared<Object>("captured");
  function = [kept](int value) {
    if (value < 0)
      throw std::string("negative");
    return value + 1;
  };
  kept.reset();
  std::printf("%d alive %d\n", function(1), Object::alive);
  try {
    function(-1);
  } catch (const std::string &text) {
    std::printf("%s\n", text.c_str());
  }
  function = nullptr;
  std::printf("alive %d\n", Object::alive);
  Machine machine{10};
  function = std::bind(&Machine::check, &machine, std::placeholders::_1);
  for (int value : {3, 30})
    try {
      std::printf("%d\n", function(value));
      std::printf("%d\n", std::invoke(&Machine::check, machine, value * 2));
    } catch (int over) {
      std::printf("over %d\n", over);
    }
  std::function<void(int)> self = [&](int depth) {
    Object local("recursive");
    depth ? self(depth - 1) : throw 1.5;
  };
  try {
    self(2);
  } catch (double) {
    std::printf("alive %d\n", Object::alive);
  }
}
