// An uncaught exception that is no std::exception.
// ends: failure
#include <cstdio>

int main() {
  std::printf("before\n");
  std::fflush(stdout);
  throw 5;
}
