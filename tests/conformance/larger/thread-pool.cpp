// A thread pool: tasks with results, exceptions in futures, nested submission, orderly shutdown.
// levels: 0 2 3
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <vector>

class Pool {
  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  int running_ = 0;
  bool stopping_ = false;

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty())
        return;
      std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      ++running_;
      lock.unlock();
      task();
      task = nullptr;
      lock.lock();
      if (--running_ == 0 && tasks_.empty())
        idle_.notify_all();
    }
  }

public:
  explicit Pool(int count) {
    for (int i = 0; i < count; ++i)
      threads_.emplace_back(&Pool::work, this);
  }
  ~Pool() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread &thread : threads_)
      thread.join();
  }
  template <typename Function, typename... Arguments>
  auto submit(Function function, Arguments... arguments) {
    using Result = std::invoke_result_t<Function, Arguments...>;
    auto task = std::make_shared<std::packaged_task<Result()>>(
        [function = std::move(function), ... arguments = std::move(arguments)]() mutable {
          return function(std::move(arguments)...);
        });
    std::future<Result> future = task->get_future();
    {
      std::lock_guard lock(mutex_);
      if (stopping_)
        throw std::logic_error("the pool is closed");
      tasks_.push_back([task] { (*task)(); });
    }
    wake_.notify_one();
    return future;
  }
  void wait() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return tasks_.empty() && running_ == 0; });
  }
};

template <typename Iterator>
long parallelSum(Pool &pool, Iterator begin, Iterator end, std::size_t grain) {
  std::vector<std::future<long>> parts;
  while (begin != end) {
    Iterator next = begin + std::min<std::size_t>(grain, end - begin);
    parts.push_back(pool.submit([=] { return std::accumulate(begin, next, 0L); }));
    begin = next;
  }
  long sum = 0;
  for (auto &part : parts)
    sum += part.get();
  return sum;
}

int main() {
  std::atomic<int> nested = 0;
  Pool pool(4);
  std::vector<int> numbers(20000);
  std::iota(numbers.begin(), numbers.end(), 1);
  std::printf("sum %ld\n", parallelSum(pool, numbers.begin(), numbers.end(), 1777));
  std::vector<std::future<int>> futures;
  for (int i = 0; i < 40; ++i)
    futures.push_back(pool.submit(
        [&](int n) {
          if (n % 7 == 3)
            throw std::runtime_error("task " + std::to_string(n));
          pool.submit([&] { ++nested; });
          return n * n;
        },
        i));
  int good = 0;
  for (auto &future : futures)
    try {
      good += future.get();
    } catch (const std::runtime_error &error) {
      std::printf("%s\n", error.what());
    }
  pool.wait();
  std::printf("good %d nested %d\n", good, nested.load());
  auto text = pool.submit([](std::unique_ptr<int> value) { return *value + 0.5; },
                          std::make_unique<int>(41));
  std::printf("%.1f\n", text.get());
}
