// std::quick_exit runs what at_quick_exit registered, backwards, and nothing else.
#include "../object.h"
#include <cstdlib>

static Object global("global");

int main() {
  std::atexit([] { std::puts("not run"); });
  std::at_quick_exit([] {
    std::puts("second");
    std::fflush(stdout);
  });
  std::at_quick_exit([] { std::puts("first"); });
  Object local("local");
  std::quick_exit(12);
}
