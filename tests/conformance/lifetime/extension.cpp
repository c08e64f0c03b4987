// References extend the life of temporaries: to the block, the loop, the object they belong to.
#include "../object.h"
#include <utility>
#include <vector>

struct Pair {
  Object first, second;
};
struct Holder {
  const Object &kept;
};
struct Base : Object {
  using Object::Object;
};

Object make(const char *name) { return Object(name); }
std::vector<int> numbers() {
  std::puts("numbers");
  return {1, 2, 3};
}
const Object &pass(const Object &object) { return object; }

const Object &global = make("global");

int main() {
  const Object &plain = make("plain");
  Object &&moved = make("rvalue");
  const Object &member = Pair{Object("first"), Object("second")}.second;
  const Object &base = Base("base");
  Holder holder{make("held")};
  std::puts(pass(make("not extended")).name[0] ? "used" : "");
  for (int value : numbers())
    std::printf("%d ", value);
  for (const Object &object : {Object("one"), Object("two")})
    std::printf("in loop %s\n", object.name);
  if (const Object &object = make("in if"); object.name[0] == 'i')
    std::puts(object.name);
  else
    std::puts("not");
  auto &&[left, right] = Pair{Object("left"), Object("right")};
  std::printf("%s %s %s %s %s %s %s\n", plain.name, moved.name, member.name, base.name,
              holder.kept.name, left.name, right.name);
  static const Object &fixed = make("static");
  std::printf("%s %s\n", fixed.name, global.name);
}
