// Constructors of virtual bases: made once, by the most derived class, destroyed once when one
// fails.
#include "../object.h"

int fails = 0;

struct Root {
  Object object;
  explicit Root(const char *name) : object(name) {
    if (fails == 1)
      throw 1;
  }
};
struct Second {
  Object object{"second root"};
};
struct Left : virtual Root {
  Object object;
  Left() : Root("root by left"), object("left") {
    if (fails == 2)
      throw 2;
  }
  virtual ~Left() { std::puts("~Left"); }
};
struct Right : virtual Root, virtual Second {
  Object object;
  Right() : Root("root by right"), object("right") {
    if (fails == 3)
      throw 3;
  }
  virtual ~Right() { std::puts("~Right"); }
};
struct Bottom : Left, Right {
  Object object;
  Bottom() : Root("root by bottom"), object("bottom") {
    if (fails == 4)
      throw 4;
  }
  ~Bottom() override { std::puts("~Bottom"); }
};

int main() {
  for (fails = 0; fails < 5; ++fails) {
    std::printf("-- %d\n", fails);
    try {
      Right *object = new Bottom;
      delete object;
    } catch (int code) {
      std::printf("caught %d, alive %d\n", code, Object::alive);
    }
  }
  fails = 0;
  Left alone;
  std::printf("%s\n", alone.Root::object.name);
}
