// An exception that leaves a thread's function.
// ends: failure
#include <cstdio>
#include <stdexcept>
#include <thread>

int main() {
  std::thread thread([] {
    std::puts("in thread");
    std::fflush(stdout);
    throw std::runtime_error("leaves the thread");
  });
  thread.join();
  std::puts("not reached");
}
