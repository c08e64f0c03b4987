// Pointers to member functions and data: virtual, inherited, compared, called through a base.
#include <cstdio>
#include <functional>

struct Base {
  int first = 1;
  virtual int call(int x) { return x + first; }
  int plain(int x) const { return x * 2; }
  virtual ~Base() = default;
};
struct Other {
  int second = 2;
  virtual int other() { return second; }
};
struct Derived : Base, Other {
  int third = 3;
  int call(int x) override {
    if (x > 10)
      throw x;
    return x * 100;
  }
  int other() override { return third; }
  static int fixed(int x) { return x - 1; }
};

using Method = int (Base::*)(int);

int apply(Base &object, Method method, int x) { return (object.*method)(x); }

int main() {
  Base base;
  Derived derived;
  Method method = &Base::call;
  std::printf("%d %d\n", apply(base, method, 5), apply(derived, method, 5));
  int (Base::*plain)(int) const = &Base::plain;
  int (Derived::*inherited)(int) const = plain;
  std::printf("%d\n", (derived.*inherited)(21));
  int (Derived::*second)() = &Other::other;
  Derived *pointer = &derived;
  std::printf("%d\n", (pointer->*second)());
  int Derived::*data = &Other::second;
  std::printf("%d %d\n", derived.*data, std::invoke(&Base::first, base));
  int (*function)(int) = &Derived::fixed;
  std::printf("%d %d\n", function(3), std::mem_fn(&Base::plain)(base, 4));
  std::printf("%d %d %d\n", method == &Base::call, plain == &Base::plain, second == nullptr);
  try {
    apply(derived, method, 11);
  } catch (int x) {
    std::printf("caught %d\n", x);
  }
}
