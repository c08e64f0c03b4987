// What the standard fixes (and what clang does) about the order of operands and arguments.
#include <cstdio>
#include <map>
#include <string>

int step(const char *what, int value = 0) {
  std::printf("%s ", what);
  return value;
}
struct Chain {
  Chain &call(int) { return *this; }
};
Chain chain;
Chain &start() {
  step("start");
  return chain;
}
int array[4];
int *base() {
  step("base");
  return array;
}
struct Both {
  int a, b;
};

int main() {
  start().call(step("one")).call(step("two"));
  base()[step("index", 1)] = step("value", 5);
  (step("left") << step("right"));
  int i = 0;
  i = i++ + 1;
  array[i] = i = 3;
  Both both{step("first", 1), step("second", 2)};
  auto lambda = [x = step("capture", 4)](int y) { return x + y; };
  lambda(step("argument"));
  new int(step("new"));
  std::map<int, int> map;
  map[1] = map.size();
  std::printf("\n%d %d %d %d %d\n", i, array[1], both.a, both.b, map[1]);
  for (int k = step("init"), n = 2; step("cond"), k < n; step("inc"), ++k)
    step("body");
  do
    step("do");
  while (step("while", i--) > 2);
  if (int k = step("if", 1); k && step("and", 1))
    step("then");
  switch (int k = step("switch", 1); k + step("on")) {
  case 1:
    step("case");
  }
  std::puts("");
}
