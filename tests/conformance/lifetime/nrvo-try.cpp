// Named results with try blocks, loops and several returns: the same copies and moves as natively.
#include "../object.h"
#include <optional>
#include <string>

Object inTry(bool fails) {
  Object result("in try");
  try {
    if (fails)
      throw 1;
    return result;
  } catch (int) {
    std::puts("handler");
  }
  return result;
}

Object inLoop(int fails) {
  for (int attempt = 0;; ++attempt) {
    Object result("in loop");
    try {
      if (attempt < fails)
        throw attempt;
      return result;
    } catch (int number) {
      std::printf("attempt %d\n", number);
    }
  }
}

Object two(bool first) {
  Object a("a"), b("b");
  if (first)
    return a;
  return b;
}

struct Checked {
  std::string text;
  Checked(const char *t) : text(t) {}
  ~Checked() noexcept(false) {
    if (text == "throws")
      throw 7;
  }
};

Object destroyedAfterwards() {
  Object result("result of a failing function");
  Checked checked("throws");
  return result;
}

int main() {
  Object a = inTry(false), b = inTry(true), c = inLoop(2), d = two(true), e = two(false);
  std::optional<Object> f;
  try {
    f.emplace(destroyedAfterwards());
  } catch (int code) {
    std::printf("code %d %d\n", code, f.has_value());
  }
  std::printf("alive %d\n", Object::alive);
}
