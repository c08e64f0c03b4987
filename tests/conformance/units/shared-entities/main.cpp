// What two files share: inline variables, templates' statics, addresses of functions, types, RTTI.
#include "shared.h"

static const char *name() { return "name of main.cpp"; }
namespace {
struct Local {
  int size = 1;
};
} // namespace

int main() {
  std::printf("%s %s\n", name(), otherName());
  std::printf("%d %d\n", Local().size, otherSize());
  ++counter;
  ++Keeper<int>::count;
  ++localStatic();
  bumpOther();
  std::printf("%d %d %d\n", counter, Keeper<int>::count, localStatic());
  std::printf("%d %d %d\n", &counter == addresses().variable,
              &inlineFunction == addresses().function, &Keeper<int>::get == addresses().method);
  std::printf("%d\n", &twice<long> == addresses().instance);
  try {
    throwOther(1);
  } catch (const Failure &failure) {
    std::printf("caught %d\n", failure.code);
  }
  try {
    throwOther(2);
  } catch (const Base &base) {
    std::printf("%s %d\n", typeid(base).name(), dynamic_cast<const Derived *>(&base) != nullptr);
  }
  std::printf("%d %d\n", threadValue(), otherThreadValue());
  std::printf("%d\n", Keeper<char>::get() + twice(4));
}
