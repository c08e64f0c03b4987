// A destructor marked noexcept(false): the other objects of the scope are destroyed all the same.
#include "../object.h"

struct Thrower {
  Object member{"member"};
  int code;
  explicit Thrower(int c) : code(c) {}
  ~Thrower() noexcept(false) {
    std::printf("~Thrower %d\n", code);
    if (code)
      throw code;
  }
};

struct Holder {
  Object before{"before"};
  Thrower thrower{7};
  Object after{"after"};
};

Object give() {
  Object result("result");
  Thrower thrower(9);
  return result;
}

int main() {
  auto attempt = [](auto body) {
    try {
      body();
    } catch (int code) {
      std::printf("caught %d, alive %d\n", code, Object::alive);
    }
  };
  attempt([] {
    Object a("a");
    Thrower thrower(5);
    Object b("b");
  });
  attempt([] { Holder holder; });
  attempt([] { Thrower(3), Object("beside"); });
  attempt([] { delete new Thrower(4); });
  attempt([] { Object taken = give(); });
  attempt([] {
    Thrower quiet(0);
    throw 8;
  });
}
