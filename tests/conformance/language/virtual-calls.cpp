// Virtual calls in constructors and destructors, thunks, covariant returns, dynamic_cast and
// typeid.
#include <cstdio>
#include <memory>
#include <typeinfo>

struct A {
  A() { name(); }
  virtual void name() const { std::puts("A"); }
  virtual A *clone() const { return new A(*this); }
  A(const A &) = default;
  virtual ~A() { name(); }
};
struct B {
  int value = 3;
  virtual int get() const { return value; }
  virtual B *self() { return this; }
  virtual ~B() { std::printf("~B %d\n", get()); }
};
struct C : A, B {
  int own = 4;
  C() { name(); }
  void name() const override { std::puts("C"); }
  C *clone() const override { return new C(*this); }
  int get() const override {
    if (own == 0)
      throw value;
    return own;
  }
  C *self() override { return this; }
  ~C() override { name(); }
};
struct D final : virtual C {
  void name() const override { std::puts("D"); }
};

int main() {
  std::unique_ptr<A> copy;
  {
    C object;
    copy.reset(static_cast<A &>(object).clone());
    B &second = object;
    std::printf("%d %d\n", second.get(), second.self() == &second);
    std::printf("%d\n", dynamic_cast<A *>(&second) == &object);
    object.own = 0;
    try {
      second.get();
    } catch (int value) {
      std::printf("through a thunk %d\n", value);
    }
    object.own = 5;
  }
  std::unique_ptr<B> deep = std::make_unique<D>();
  std::printf("%s %s\n", typeid(*deep).name(), typeid(*copy).name());
  std::printf("%d\n", dynamic_cast<D *>(copy.get()) == nullptr);
  std::printf("%d\n", dynamic_cast<void *>(deep.get()) == dynamic_cast<D *>(deep.get()));
}
