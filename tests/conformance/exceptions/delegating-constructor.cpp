// Once the constructor delegated to is done the object exists: its destructor runs.
#include "../object.h"

struct Thing {
  Object member{"member"};
  explicit Thing(int fails) {
    std::printf("target %d\n", fails);
    if (fails == 1)
      throw 1;
  }
  Thing(int fails, const char *name) : Thing(fails) {
    Object local(name);
    if (fails == 2)
      throw 2;
    std::puts("delegating is done");
  }
  ~Thing() { std::puts("~Thing"); }
};

int main() {
  for (int fails = 0; fails < 3; ++fails)
    try {
      Thing thing(fails, "local");
    } catch (int code) {
      std::printf("caught %d, alive %d\n", code, Object::alive);
    }
}
