// Coroutines: exceptions inside reach unhandled_exception; frames that never end are destroyed.
#include "../object.h"
#include <coroutine>
#include <exception>
#include <utility>

struct Generator {
  struct promise_type {
    int value = 0;
    std::exception_ptr failure;
    Generator get_return_object() { return {Handle::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int v) {
      value = v;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { failure = std::current_exception(); }
  };
  using Handle = std::coroutine_handle<promise_type>;
  Handle handle;
  bool next() {
    handle.resume();
    if (handle.promise().failure)
      std::rethrow_exception(std::exchange(handle.promise().failure, nullptr));
    return !handle.done();
  }
  Generator(Handle h) : handle(h) {}
  Generator(Generator &&other) : handle(std::exchange(other.handle, nullptr)) {}
  ~Generator() {
    if (handle)
      handle.destroy();
  }
};

Generator count(int limit, Object parameter) {
  Object local("coroutine local");
  for (int i = 0;; ++i) {
    if (i == limit)
      throw i;
    try {
      if (i == 1)
        throw "inside";
    } catch (const char *text) {
      std::printf("%s\n", text);
    }
    co_yield i;
  }
}

int main() {
  {
    Generator numbers = count(3, Object("parameter"));
    try {
      while (numbers.next())
        std::printf("got %d\n", numbers.handle.promise().value);
    } catch (int limit) {
      std::printf("ended at %d\n", limit);
    }
  }
  {
    Generator abandoned = count(5, Object("abandoned"));
    abandoned.next();
  }
  std::printf("alive %d\n", Object::alive);
}
