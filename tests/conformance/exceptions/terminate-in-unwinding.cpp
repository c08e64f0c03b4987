// A destructor that throws while the stack is unwound ends in the terminate handler.
#include "../object.h"
#include <cstdlib>
#include <exception>

struct Bomb {
  ~Bomb() noexcept(false) {
    std::printf("bomb, %d in flight\n", std::uncaught_exceptions());
    throw 2;
  }
};

void work() {
  Object outer("outer");
  Bomb bomb;
  Object inner("inner");
  throw 1;
}

int main() {
  try {
    Bomb alone;
  } catch (int code) {
    std::printf("alone: %d\n", code);
  }
  std::set_terminate([] {
    std::printf("terminated, alive %d\n", Object::alive);
    std::fflush(stdout);
    std::_Exit(3);
  });
  try {
    work();
  } catch (int code) {
    std::printf("never %d\n", code);
  }
}
