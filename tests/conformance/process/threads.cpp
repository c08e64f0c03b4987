// Threads: pthread_exit unwinds, thread ids, yields, TSD destructors, condition variables.
#include "../object.h"
#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <vector>

void *leave(void *) {
  Object local("unwound by pthread_exit");
  try {
    pthread_exit(reinterpret_cast<void *>(5));
  } catch (...) {
    std::puts("forced unwinding passes");
    throw;
  }
}

int main() {
  pthread_t thread;
  pthread_create(&thread, nullptr, leave, nullptr);
  void *result;
  pthread_join(thread, &result);
  std::printf("%ld\n", reinterpret_cast<long>(result));
  pthread_key_t key;
  pthread_key_create(&key,
                     [](void *value) { std::printf("key %s\n", static_cast<char *>(value)); });
  std::thread([&] { pthread_setspecific(key, const_cast<char *>("destroyed")); }).join();
  std::mutex mutex;
  std::condition_variable turn;
  int next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      std::unique_lock lock(mutex);
      turn.wait(lock, [&] { return next == i; });
      try {
        throw i;
      } catch (int value) {
        std::printf("thread %d\n", value);
      }
      ++next;
      turn.notify_all();
    });
  for (std::thread &one : threads)
    one.join();
}
