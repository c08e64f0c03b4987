// Unions with members that have constructors; std::variant, also valueless; std::any.
#include "../object.h"
#include <any>
#include <string>
#include <variant>

class Either {
  bool is_text = true;
  union {
    std::string text;
    Object object;
    int number;
  };

public:
  Either(const char *t) : text(t) {}
  ~Either() { is_text ? text.~basic_string() : object.~Object(); }
  void become(const char *name) {
    text.~basic_string();
    new (&object) Object(name);
    is_text = false;
  }
  const char *get() const { return is_text ? text.c_str() : object.name; }
};

struct Throws {
  Throws() = default;
  Throws(const Throws &) { throw 3; }
  Throws &operator=(const Throws &) = default;
};

int main() {
  Either either("a text that does not fit into the small buffer");
  std::printf("%s\n", either.get());
  either.become("object");
  std::printf("%s\n", either.get());
  std::variant<std::monostate, Object, Throws> value;
  value.emplace<Object>("in variant");
  Throws thrower;
  try {
    value.emplace<Throws>(thrower);
  } catch (int code) {
    std::printf("caught %d, valueless %d\n", code, value.valueless_by_exception());
  }
  try {
    std::visit([](auto &) {}, value);
  } catch (const std::bad_variant_access &error) {
    std::printf("%s\n", error.what());
  }
  value = Object("new value");
  std::visit([](auto &held) { std::printf("size %d\n", sizeof held > 4); }, value);
  std::any any = Object("in any");
  std::printf("%s\n", std::any_cast<Object &>(any).name);
  any = 5;
  union {
    float f;
    unsigned u;
  } bits{1.0f};
  std::printf("%x alive %d\n", bits.u, Object::alive);
}
