// std::call_once that throws leaves the flag unset: the next call tries again, on any thread.
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

std::once_flag flag;
int attempts = 0;

void initialise() {
  if (++attempts < 3)
    throw attempts;
  std::printf("initialised at attempt %d\n", attempts);
}

int main() {
  for (int i = 0; i < 2; ++i)
    try {
      std::call_once(flag, initialise);
    } catch (int attempt) {
      std::printf("attempt %d failed\n", attempt);
    }
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] { std::call_once(flag, initialise); });
  for (std::thread &thread : threads)
    thread.join();
  std::call_once(flag, initialise);
  std::printf("attempts %d\n", attempts);
}
