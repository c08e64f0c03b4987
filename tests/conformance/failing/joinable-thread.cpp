// A joinable std::thread is destroyed while an exception passes: std::terminate.
// ends: failure
#include <cstdio>
#include <thread>
#include <unistd.h>

int main() {
  try {
    std::thread thread([] { pause(); });
    std::puts("before");
    std::fflush(stdout);
    throw 1;
  } catch (int) {
    std::puts("not reached");
  }
}
