// An exception leaves a noexcept function although a caller would catch it.
// ends: failure
#include <cstdio>

void promise(int value) noexcept {
  std::puts("in noexcept");
  std::fflush(stdout);
  throw value;
}
int main() {
  try {
    promise(3);
  } catch (int) {
    std::puts("not reached");
  }
}
