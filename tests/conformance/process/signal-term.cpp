// A signal that nobody handles ends the process as natively.
#include <csignal>
#include <cstdio>

struct Global {
  ~Global() { std::puts("not destroyed"); }
} global;

int main() {
  std::puts("before");
  std::fflush(stdout);
  std::raise(SIGTERM);
  std::puts("behind");
}
