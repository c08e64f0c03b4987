// main as a function try block.
#include "../object.h"

Object global("global");

int main(int argc, char **) try {
  Object local("local");
  if (argc == 1)
    throw 21;
  return 1;
} catch (int value) {
  std::printf("caught %d, alive %d\n", value, Object::alive);
  return value;
}
