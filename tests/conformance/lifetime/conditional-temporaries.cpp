// Temporaries behind ?:, && and || are destroyed at the end of the full expression, if they were
// made.
#include "../object.h"

bool check(const Object &object, bool result) {
  std::printf("check %s\n", object.name);
  return result;
}
const Object &same(const Object &object) { return object; }
int fail(const Object &object) { throw object.name[0]; }

int main(int argc, char **) {
  for (int i = 0; i < 4; ++i) {
    bool left = i & 1, right = i & 2;
    std::printf("-- %d %d\n", left, right);
    bool both = check(Object("a"), left) && check(Object("b"), right);
    bool either = check(Object("c"), left) || check(Object("d"), right);
    std::printf("%d %d\n", both, either);
    const char *name = (left ? same(Object("e")) : Object("f")).name;
    std::printf("chosen %d\n", name != nullptr);
    if (const Object &object = left ? Object("g") : Object("h"); right)
      std::printf("extended %s\n", object.name);
    try {
      int value = left ? (right ? fail(Object("i")) : 1) + same(Object("j")).name[0] : argc;
      std::printf("value %d\n", value);
    } catch (char letter) {
      std::printf("caught %c\n", letter);
    }
  }
  int commas = (Object("x"), Object("y"), check(Object("z"), true) ? 1 : fail(Object("w")));
  std::printf("%d alive %d\n", commas, Object::alive);
}
