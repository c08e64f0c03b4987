// An exception that nothing catches, several frames deep.
// ends: failure
#include "../object.h"
#include <stdexcept>

Object global("global");
void deep(int depth) {
  Object local("local");
  if (depth == 0)
    std::fflush(stdout), throw std::runtime_error("nobody catches this");
  deep(depth - 1);
}
int main() {
  std::atexit([] { std::puts("not run"); });
  deep(2);
}
