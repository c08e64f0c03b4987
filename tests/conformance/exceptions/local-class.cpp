// Types of one name in several functions are different types, for catch, typeid and dynamic_cast.
#include <cstdio>
#include <typeinfo>

struct Base {
  virtual int number() const = 0;
  virtual ~Base() = default;
};

void first(bool catches) {
  struct Local : Base {
    int number() const override { return 1; }
  };
  try {
    if (!catches)
      throw Local();
    struct Local { // hides the outer one
      int value = 3;
    };
    throw Local();
  } catch (const Local &local) {
    std::printf("first's own %d\n", local.number());
  }
}

void second() {
  struct Local : Base {
    int number() const override { return 2; }
  };
  try {
    first(true);
  } catch (const Local &) {
    std::puts("must not be reached");
  } catch (const Base &) {
    std::puts("must not be reached either");
  } catch (...) {
    std::puts("another Local");
  }
  try {
    throw Local();
  } catch (const Base &base) {
    std::printf("%d %d\n", base.number(), typeid(base) == typeid(Local));
  }
}

namespace {
struct Hidden {
  int value = 4;
};
} // namespace

int main() {
  first(false);
  second();
  try {
    throw Hidden();
  } catch (const Hidden &hidden) {
    std::printf("hidden %d\n", hidden.value);
  }
  auto lambda = [] { return 1; };
  try {
    throw lambda;
  } catch (decltype(lambda) &caught) {
    std::printf("lambda %d\n", caught());
  }
}
