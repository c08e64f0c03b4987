// A failed assert.
// ends: failure
#include <cassert>
#include <cstdio>

int main(int argc, char **) {
  std::puts("before");
  std::fflush(stdout);
  assert(argc == 77);
}
