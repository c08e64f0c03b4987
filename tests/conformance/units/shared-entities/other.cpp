#include "shared.h"

static const char *name() { return "name of other.cpp"; }
namespace {
struct Local {
  double sizes[4];
};
} // namespace

const char *otherName() { return name(); }
int otherSize() { return sizeof(Local); }
void bumpOther() {
  counter += 10;
  Keeper<int>::count += 10;
  localStatic() += 10;
  thread_value = 5;
}
Addresses addresses() { return {&counter, &inlineFunction, &Keeper<int>::get, &twice<long>}; }
void throwOther(int what) {
  if (what == 1)
    throw Failure{what};
  throw Derived();
}
int otherThreadValue() { return ++thread_value; }
thread_local int thread_value = 1;
