// Scope guards that act on success or on failure, also while another exception is in flight.
#include <cstdio>
#include <exception>
#include <initializer_list>

template <typename Action, bool on_failure> struct Scope {
  Action action;
  int count = std::uncaught_exceptions();
  explicit Scope(Action a) : action(a) {}
  ~Scope() noexcept(false) {
    if ((std::uncaught_exceptions() > count) == on_failure)
      action();
  }
};
template <typename A> auto onFailure(A action) { return Scope<A, true>(action); }
template <typename A> auto onSuccess(A action) { return Scope<A, false>(action); }

void work(bool fails) {
  auto undo = onFailure([] { std::printf("undo, %d in flight\n", std::uncaught_exceptions()); });
  auto done = onSuccess([] { std::printf("done, %d in flight\n", std::uncaught_exceptions()); });
  if (fails)
    throw 1;
}

struct Worker {
  ~Worker() {
    std::printf("destructor, %d in flight\n", std::uncaught_exceptions());
    for (bool fails : {false, true})
      try {
        work(fails);
      } catch (int) {
        std::printf("handled inside, %d in flight\n", std::uncaught_exceptions());
      }
  }
};

int main() {
  try {
    Worker worker;
    work(false);
    work(true);
  } catch (int) {
    std::printf("handler, %d in flight\n", std::uncaught_exceptions());
  }
  std::printf("end, %d in flight\n", std::uncaught_exceptions());
}
