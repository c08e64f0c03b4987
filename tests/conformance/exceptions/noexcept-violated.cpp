// An exception that would leave a noexcept function calls the terminate handler, right there.
// ends: failure
#include <cstdio>
#include <cstdlib>
#include <exception>

struct Guard {
  ~Guard() { std::puts("never seen, or seen before the handler"); }
};

void promise() noexcept {
  std::puts("in noexcept");
  throw 42;
}

int main() {
  std::set_terminate([] {
    try {
      std::rethrow_exception(std::current_exception());
    } catch (int value) {
      std::printf("terminate handler sees %d\n", value);
    }
    std::fflush(stdout);
    std::_Exit(9);
  });
  try {
    promise();
  } catch (int) {
    std::puts("must not be reached");
  }
}
