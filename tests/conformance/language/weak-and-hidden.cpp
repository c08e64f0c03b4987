// Weak symbols with and without a definition, aliases, visibility, inline namespaces, ifunc-free.
#include <cstdio>

extern "C" {
__attribute__((weak)) int missing(int);
__attribute__((weak)) int present(int x) { return x + 1; }
int original(int x) { return x * 10; }
int aliased(int x) __attribute__((alias("original")));
__attribute__((visibility("hidden"))) int hidden_variable = 6;
__attribute__((visibility("protected"))) int protectedFunction() { return hidden_variable; }
}
__attribute__((weak)) extern int missing_variable;
inline namespace version_2 {
int versioned() { return 2; }
} // namespace version_2
namespace {
int anonymous() { return 3; }
} // namespace
static int internal() { return 4; }
struct __attribute__((visibility("hidden"))) Hidden {
  virtual int get() { return 5; }
};

int main() {
  std::printf("%d %d\n", missing == nullptr, &missing_variable == nullptr);
  std::printf("%d %d\n", present(1), aliased(4));
  std::printf("%d %d\n", hidden_variable, protectedFunction());
  std::printf("%d %d %d\n", versioned(), anonymous(), internal());
  Hidden hidden;
  Hidden *volatile pointer = &hidden;
  std::printf("%d\n", pointer->get());
}
