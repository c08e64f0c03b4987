// setjmp and longjmp over frames without destructors, beside exceptions in the same program.
#include "../object.h"
#include <csetjmp>

std::jmp_buf buffer;

void deep(int depth) {
  if (depth == 0)
    std::longjmp(buffer, 7);
  deep(depth - 1);
}

int guarded(int value) {
  Object local("guarded");
  volatile int count = value;
  if (int code = setjmp(buffer)) {
    std::printf("jumped back with %d\n", code);
    return count;
  }
  count = count + 1;
  deep(3);
  return -1;
}

int mixed() {
  try {
    std::printf("%d\n", guarded(41));
    throw 8;
  } catch (int value) {
    volatile int tries = 0;
    int code = setjmp(buffer);
    tries = tries + 1;
    if (code < 3)
      std::longjmp(buffer, code + 1);
    return value * 10 + tries;
  }
}

int main() {
  std::printf("%d\n", mixed());
  std::printf("alive %d\n", Object::alive);
}
