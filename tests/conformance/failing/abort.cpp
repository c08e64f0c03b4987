// std::abort: SIGABRT, nothing flushed.
// ends: failure
#include <cstdio>
#include <cstdlib>

int main() {
  std::puts("before");
  std::fflush(stdout);
  std::puts("lost");
  std::abort();
}
