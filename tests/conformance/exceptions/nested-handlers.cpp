// A handler that throws again, inside a handler: each exception lives as long as its handler.
#include "../object.h"
#include <stdexcept>

struct Failed : std::runtime_error {
  Object object;
  explicit Failed(const char *text) : std::runtime_error(text), object(text) {}
};

void inner() {
  Object local("local of inner");
  throw Failed("first");
}

void middle() {
  try {
    inner();
  } catch (const Failed &first) {
    Object local("in handler");
    try {
      throw Failed("second");
    } catch (const Failed &second) {
      std::printf("both: %s %s\n", first.what(), second.what());
      try {
        throw Failed("third");
      } catch (...) {
        std::puts("third is done");
      }
    }
    std::printf("back in the handler of %s\n", first.what());
    throw Failed("fourth");
  }
}

int main() {
  try {
    middle();
  } catch (const Failed &failed) {
    std::printf("main has %s\n", failed.what());
  }
  std::printf("alive %d\n", Object::alive);
}
