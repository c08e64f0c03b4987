// Exit codes are cut to eight bits; _Exit skips everything, also what is buffered.
#include <cstdio>
#include <cstdlib>

struct Global {
  ~Global() {
    std::puts("destroyed");
    std::fflush(stdout);
    std::_Exit(300);
  }
} global;

int main() { return 7; }
