// std::set_terminate: the last one counts, get_terminate returns it, and it sees no exception here.
#include <cstdio>
#include <cstdlib>
#include <exception>

void first() { std::puts("first"); }
void second() {
  std::printf("second, exception %d\n", std::current_exception() != nullptr);
  std::exit(4);
}

struct Global {
  ~Global() { std::puts("static objects are destroyed by exit"); }
} global;

int main() {
  std::set_terminate(first);
  std::printf("%d\n", std::set_terminate(second) == first);
  std::printf("%d\n", std::get_terminate() == second);
  std::terminate();
}
