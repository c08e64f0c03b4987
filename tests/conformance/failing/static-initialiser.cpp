// The constructor of a global object throws: nothing can catch it.
// ends: failure
#include <cstdio>
#include <stdexcept>

int initialise() {
  std::puts("initialising");
  std::fflush(stdout);
  throw std::runtime_error("before main");
}
int global = initialise();
int main() { std::puts("not reached"); }
