// std::current_exception keeps the exception alive past its handler; outside of one it is null.
#include "../object.h"
#include <exception>

struct Failed {
  Object object;
  explicit Failed(const char *name) : object(name) {}
};

std::exception_ptr keep() { return std::current_exception(); }

int main() {
  std::exception_ptr outer, inner;
  std::printf("null %d\n", keep() == nullptr);
  try {
    throw Failed("outer");
  } catch (...) {
    outer = keep();
    try {
      throw Failed("inner");
    } catch (...) {
      inner = keep();
      std::printf("different %d\n", inner != outer);
    }
    std::printf("outer again %d\n", keep() == outer);
  }
  std::printf("alive %d, null %d\n", Object::alive, keep() == nullptr);
  for (auto &kept : {outer, inner})
    try {
      std::rethrow_exception(kept);
    } catch (const Failed &failed) {
      std::printf("again %s %d\n", failed.object.name, keep() == kept);
    }
  outer = nullptr;
  std::puts("outer is let go");
}
