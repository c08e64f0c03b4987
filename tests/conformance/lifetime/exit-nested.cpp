// std::exit deep inside: automatic objects are not destroyed, static and thread_local ones are.
#include "../object.h"
#include <cstdlib>
#include <string>

static Object global("global");

struct Level {
  Object object;
  explicit Level(int depth) : object(("level " + std::to_string(depth)).c_str()) {}
};

void descend(int depth) {
  Level level(depth);
  try {
    if (depth == 3) {
      thread_local Object local("thread_local");
      std::exit(local.name[0] == 't' ? 33 : 0);
    }
    descend(depth + 1);
  } catch (...) {
    std::puts("exit is no exception");
  }
}

int main() {
  std::atexit([] { std::printf("alive %d\n", Object::alive); });
  descend(0);
}
