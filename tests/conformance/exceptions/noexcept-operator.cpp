// The noexcept operator and conditional noexcept say what they say natively.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

void may() {}
void never() noexcept {}
template <typename T> void as_t(T value) noexcept(noexcept(value.run())) { value.run(); }
struct Quiet {
  void run() noexcept {}
};
struct Loud {
  void run() { throw 1; }
  Loud() = default;
  Loud(const Loud &) {}
  Loud(Loud &&) {}
  ~Loud() noexcept(false) {}
};
struct Holder {
  std::string text;
  Loud loud;
};

int main() {
  auto lambda = []() noexcept {};
  auto other = [] {};
  std::printf("%d %d %d %d\n", noexcept(may()), noexcept(never()), noexcept(as_t(Quiet())),
              noexcept(as_t(std::declval<Loud &>())));
  std::printf("%d %d %d\n", noexcept(lambda()), noexcept(other()), noexcept(throw 1));
  std::printf("%d %d\n", std::is_nothrow_move_constructible_v<Holder>,
              std::is_nothrow_destructible_v<Holder>);
  std::printf("%d\n", std::is_nothrow_move_constructible_v<std::vector<Loud>>);
  void (*pointer)() noexcept = never;
  void (*weaker)() = pointer;
  std::printf("%d %d\n", noexcept(pointer()), noexcept(weaker()));
  try {
    Loud loud;
    as_t<Loud &>(loud);
  } catch (int value) {
    std::printf("caught %d\n", value);
  }
}
