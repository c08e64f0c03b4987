// A destructor, noexcept as they are, throws.
// ends: failure
#include <cstdio>

struct Bomb {
  ~Bomb() {
    std::puts("in destructor");
    std::fflush(stdout);
    throw 1;
  }
};
int main() {
  try {
    Bomb bomb;
  } catch (...) {
    std::puts("not reached");
  }
}
