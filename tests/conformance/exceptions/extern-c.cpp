// An exception through functions of C linkage, called by name and by pointer.
#include "../object.h"

extern "C" {
typedef void (*callback_t)(int);
void callback(int value) {
  Object local("in callback");
  if (value > 2)
    throw value;
  std::printf("called with %d\n", value);
}
static int call_all(callback_t function, int count) {
  Object local("in call_all");
  for (int i = 1; i <= count; ++i)
    function(i);
  return count;
}
int exported_variable = 40;
}
extern "C" int add(int a, int b) { return a + b; }

int main() {
  try {
    std::printf("%d\n", call_all(callback, 2));
    std::printf("%d\n", call_all(callback, 5));
  } catch (int value) {
    std::printf("caught %d\n", value);
  }
  callback_t pointers[] = {callback, [](int value) { std::printf("lambda %d\n", value); }};
  for (callback_t pointer : pointers)
    pointer(1);
  std::printf("%d\n", add(exported_variable, 2));
}
