// A pure virtual function is called from a constructor.
// ends: failure
#include <cstdio>

struct Base {
  Base() { call(); }
  void call() { pure(); }
  virtual void pure() = 0;
};
struct Derived : Base {
  void pure() override {}
};
int main() {
  std::puts("before");
  std::fflush(stdout);
  Derived derived;
}
