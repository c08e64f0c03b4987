// flags: -std=c++17
// Bodies of std::thread and std::async, call_once, promises. Each thread has its own results; they are joined in order.
#include "counted.h"
#include <condition_variable>
#include <future>
#include <iostream>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

struct Worker {
  std::vector<int> results;
  void run(int from, int count) {
    for (int i = 0; i < count; ++i) {
      int stress_local = from + i;
      std::vector<int> scratch(3, stress_local);
      results.push_back(std::accumulate(scratch.begin(), scratch.end(), 0));
    }
  }
};

int slowSum(int from, int to) {
  int sum = 0;
  for (int i = from; i < to; ++i) {
    int stress_local = i * i;
    sum += stress_local;
  }
  return sum;
}

std::once_flag once;
thread_local int mine = 1;

int main() {
  std::vector<Worker> workers(2);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < workers.size(); ++i)
    threads.emplace_back([&workers, i] {
      mine += int(i);
      Worker &worker = workers[i];
      worker.run(int(i) * 10, 3);
      worker.results.push_back(mine);
    });
  for (std::thread &thread : threads)
    thread.join();
  int total = 0;
  for (const Worker &worker : workers)
    for (int result : worker.results)
      total = total * 3 + result;
  std::future<int> first = std::async(std::launch::async, slowSum, 0, 5);
  std::future<std::string> second = std::async(std::launch::deferred, [] {
    std::string text = "deferred";
    text += std::to_string(slowSum(1, 3));
    return text;
  });
  std::promise<int> promise;
  std::thread giver([&promise] {
    int value = slowSum(2, 4);
    promise.set_value(value);
  });
  int given = promise.get_future().get();
  giver.join();
  std::call_once(once, [&total] {
    Counted local(5);
    total += local.value;
  });
  std::mutex mutex;
  {
    std::lock_guard<std::mutex> lock(mutex);
    total += given;
  }
  std::cout << total << " " << first.get() << " " << second.get() << " " << given << "\n";
  return balance();
}
