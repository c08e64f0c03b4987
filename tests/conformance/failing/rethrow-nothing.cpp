// `throw;` without an exception in flight.
// ends: failure
#include <cstdio>

int main() {
  std::puts("before");
  std::fflush(stdout);
  throw;
}
