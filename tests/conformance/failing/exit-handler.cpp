// A function registered with atexit throws.
// ends: failure
#include <cstdio>
#include <cstdlib>

int main() {
  std::atexit([] {
    std::puts("in handler");
    std::fflush(stdout);
    throw 1;
  });
}
