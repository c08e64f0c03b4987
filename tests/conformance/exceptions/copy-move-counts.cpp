// How often an exception object is copied and moved on its way.
#include "../object.h"
#include <utility>

Object make() { return Object("returned"); }

template <typename Throw> void run(const char *title, Throw raise) {
  std::printf("-- %s\n", title);
  try {
    raise();
  } catch (Object &object) {
    std::printf("by reference %s\n", object.name);
  }
  try {
    raise();
  } catch (Object object) {
    std::printf("by value %s\n", object.name);
  }
  std::printf("alive %d\n", Object::alive);
}

int main() {
  run("prvalue", [] { throw Object("temporary"); });
  run("call", [] { throw make(); });
  run("local", [] {
    Object local("local");
    throw local;
  });
  run("moved local", [] {
    Object local("local");
    throw std::move(local);
  });
  run("parameter", [] { [](Object parameter) { throw parameter; }(Object("parameter")); });
  Object outer("outer");
  run("reference", [&] { throw outer; });
  run("rethrown", [] {
    try {
      throw Object("again");
    } catch (const Object &) {
      throw;
    }
  });
}
