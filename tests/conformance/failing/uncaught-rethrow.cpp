// Caught, looked at, and thrown on to nobody.
// ends: failure
#include <cstdio>
#include <stdexcept>

void work() {
  try {
    throw std::logic_error("first");
  } catch (const std::exception &error) {
    std::printf("seen %s\n", error.what());
    std::fflush(stdout);
    throw;
  }
}
int main() {
  work();
  std::puts("not reached");
}
