// atexit functions and static objects: one list, run backwards, what exit itself registers
// included.
#include <cstdio>
#include <cstdlib>

struct Static {
  const char *name;
  explicit Static(const char *n) : name(n) { std::printf("make %s\n", n); }
  ~Static() { std::printf("destroy %s\n", name); }
};

Static global("global");
thread_local Static per_thread("thread_local");

void lazily() { static Static local("made while exiting"); }

int main() {
  std::atexit([] { std::puts("registered first"); });
  static Static local("local");
  std::atexit([] {
    std::puts("registered second");
    std::atexit([] { std::puts("registered while exiting"); });
    lazily();
  });
  Static automatic("automatic");
  std::printf("%s\n", per_thread.name);
  return 6;
}
