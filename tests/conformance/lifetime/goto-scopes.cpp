// goto, break and continue leave scopes: what is left is destroyed, what is entered again is made
// anew.
#include "../object.h"

int main() {
  int round = 0;
again: {
  Object outer("outer");
  if (round++ < 2) {
    Object inner("inner");
    if (round == 1)
      goto again;
    goto out_of_inner;
  }
  std::puts("through");
  goto done;
out_of_inner:
  std::puts("left inner only");
}
  goto again;
done:
  for (int i = 0; i < 3; ++i) {
    Object in_loop("in loop");
    try {
      Object in_try("in try");
      if (i == 0)
        continue;
      if (i == 2)
        break;
      throw i;
    } catch (int value) {
      Object in_handler("in handler");
      if (value == 1)
        goto next;
    }
    std::puts("not reached");
  next:
    std::printf("end of round %d\n", i);
  }
  int tries = 0;
retry:
  try {
    if (++tries < 3)
      throw tries;
    std::puts("no more");
  } catch (int value) {
    std::printf("try %d\n", value);
    goto retry;
  }
  std::printf("alive %d\n", Object::alive);
}
