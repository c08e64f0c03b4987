// std::jthread joins in its destructor, also when an exception leaves the scope; stop tokens.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <thread>

std::atomic<int> finished = 0;

void work(bool fails) {
  std::jthread worker([](std::stop_token token) {
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock lock(mutex);
    condition.wait(lock, token, [] { return false; });
    finished += token.stop_requested();
  });
  if (fails)
    throw 1;
  std::printf("joinable %d\n", worker.joinable());
}

int main() {
  for (bool fails : {false, true})
    try {
      work(fails);
      std::puts("left normally");
    } catch (int) {
      std::puts("left by exception");
    }
  std::printf("finished %d\n", finished.load());
  std::stop_source source;
  std::stop_callback callback(source.get_token(), [] { std::puts("stop is asked for"); });
  source.request_stop();
  std::printf("%d\n", source.stop_requested());
}
