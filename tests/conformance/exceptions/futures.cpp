// std::async, promises and packaged tasks carry exceptions to whoever asks.
#include <cstdio>
#include <future>
#include <stdexcept>
#include <thread>

int fail(int value) {
  if (value % 2)
    throw std::runtime_error("odd " + std::to_string(value));
  return value;
}

int main() {
  for (auto policy : {std::launch::async, std::launch::deferred})
    for (int value : {2, 3}) {
      std::future<int> future = std::async(policy, fail, value);
      try {
        std::printf("value %d\n", future.get());
      } catch (const std::runtime_error &error) {
        std::printf("async: %s\n", error.what());
      }
      std::printf("valid %d\n", future.valid());
    }
  std::promise<int> promise;
  std::thread([&] {
    try {
      fail(5);
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  }).join();
  std::shared_future<int> shared = promise.get_future().share();
  for (int i = 0; i < 2; ++i)
    try {
      shared.get();
    } catch (const std::exception &error) {
      std::printf("promise: %s\n", error.what());
    }
  std::future<int> broken = std::promise<int>().get_future();
  try {
    broken.get();
  } catch (const std::future_error &error) {
    std::printf("broken: %d\n", error.code() == std::future_errc::broken_promise);
  }
  std::packaged_task<int(int)> task(fail);
  std::future<int> result = task.get_future();
  std::thread(std::move(task), 7).join();
  try {
    result.get();
  } catch (const std::exception &error) {
    std::printf("task: %s\n", error.what());
  }
}
