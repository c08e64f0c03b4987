// A write through a null pointer: SIGSEGV.
// ends: failure
#include <cstdio>

int main() {
  std::puts("before");
  std::fflush(stdout);
  int *volatile pointer = nullptr;
  *static_cast<volatile int *>(pointer) = 1;
}
