#include "shared.h"

Watcher third("first of other.cpp");
static int value = 42 + initialise("dynamic of other.cpp");
int otherValue() {
  static Watcher local("local static of other.cpp");
  return value;
}
Watcher fourth("last of other.cpp");
