// One exception object, carried to several threads and thrown in each.
#include "../object.h"
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

struct Failed {
  Object object{"failed"};
};

int main() {
  std::exception_ptr carried;
  std::thread([&] {
    try {
      throw Failed();
    } catch (...) {
      carried = std::current_exception();
    }
  }).join();
  std::atomic<int> caught = 0;
  std::atomic<const void *> first = nullptr;
  std::atomic<bool> same = true;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 100; ++k)
        try {
          std::rethrow_exception(carried);
        } catch (const Failed &failed) {
          const void *expected = nullptr;
          if (!first.compare_exchange_strong(expected, &failed) && expected != &failed)
            same = false;
          ++caught;
        }
    });
  for (std::thread &thread : threads)
    thread.join();
  std::printf("caught %d, the same object: %d\n", caught.load(), same.load());
  std::exception_ptr copy = carried;
  carried = nullptr;
  std::printf("alive %d\n", Object::alive);
  copy = nullptr;
  std::printf("alive %d\n", Object::alive);
  std::exception_ptr made = std::make_exception_ptr(17);
  try {
    std::rethrow_exception(made);
  } catch (int value) {
    std::printf("made %d\n", value);
  }
}
