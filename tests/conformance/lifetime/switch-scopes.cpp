// switch: declarations, fall through, nested switches, jumps into loops (Duff), destructors at
// break.
#include "../object.h"

const char *name(int value) {
  switch (Object guard("guard"); value) {
  case 0:
    return "zero";
  case 1: {
    Object local("one");
    if (value)
      break;
  }
    [[fallthrough]];
  case 2:
    std::puts("two");
    [[fallthrough]];
  case 3 ... 5:
    switch (value) {
    case 4:
      return "four";
    default:
      break;
    }
    break;
  default:
    int number;
    number = value * 2;
    if (number > 20)
      throw number;
    return "default";
  }
  return "behind the switch";
}

int duff(int count) {
  int done = 0, rounds = (count + 3) / 4;
  switch (count % 4) {
  case 0:
    do {
      ++done;
      [[fallthrough]];
    case 3:
      ++done;
      [[fallthrough]];
    case 2:
      ++done;
      [[fallthrough]];
    case 1:
      ++done;
    } while (--rounds > 0);
  }
  return done;
}

int main() {
  for (int value : {0, 1, 2, 4, 5, 7, 11})
    try {
      std::printf("%d: %s\n", value, name(value));
    } catch (int number) {
      std::printf("caught %d\n", number);
    }
  std::printf("%d %d\n", duff(7), duff(8));
}
