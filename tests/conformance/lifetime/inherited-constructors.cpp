// Inherited constructors: the derived class's own members are made too, and undone when one throws.
#include "../object.h"
#include <stdexcept>
#include <string>

struct Base {
  std::string text;
  Base(int a, const std::string &b) : text(b + std::to_string(a)) {
    if (a < 0)
      throw std::invalid_argument(text);
  }
  template <typename... Rest> explicit Base(const char *first, Rest... rest) : text(first) {
    ((text += rest), ...);
  }
};

struct Middle : Base {
  using Base::Base;
  Object member{"member of middle"};
};

struct Derived : Middle {
  using Middle::Middle;
  Object member{text.size() > 5 ? throw 9 : "member of derived"};
};

struct MyError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

int main() {
  for (int value : {1, -1, 12345})
    try {
      Derived derived(value, "v");
      std::printf("%s\n", derived.text.c_str());
    } catch (const std::invalid_argument &error) {
      std::printf("invalid %s\n", error.what());
    } catch (int code) {
      std::printf("code %d\n", code);
    }
  Derived joined("a", "b", "c");
  std::printf("%s\n", joined.text.c_str());
  try {
    throw MyError("mine");
  } catch (const std::exception &error) {
    std::printf("%s\n", error.what());
  }
}
