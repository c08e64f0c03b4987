// Within a file: constants first, then constructors in order; destroyed backwards.
#include "../object.h"

extern int late;
int early = late + 1; // late is 0 here
int read() { return 5; }
int late = read();
constexpr int fixed = 7;
constinit int ready = fixed * 2;

struct Watcher {
  const char *name;
  explicit Watcher(const char *n) : name(n) {
    std::printf("%s: early %d late %d ready %d\n", name, early, late, ready);
  }
  ~Watcher() { std::printf("~%s\n", name); }
};

Watcher first("first");
namespace {
Watcher hidden("hidden");
}
inline Watcher shared("inline");
template <typename T> struct Keeper {
  static Watcher watcher;
};
template <typename T> Watcher Keeper<T>::watcher("of template");
Watcher array[2] = {Watcher("array 0"), Watcher("array 1")};
struct Class {
  static Watcher member;
  static inline Watcher inside{"inline member"};
};
Watcher Class::member("static member");

__attribute__((init_priority(200))) Watcher second_prio("priority 200");
__attribute__((init_priority(150))) Watcher first_prio("priority 150");
__attribute__((constructor)) void construct() { std::printf("constructor function %d\n", ready); }
__attribute__((destructor)) void destruct() { std::puts("destructor function"); }

int main() {
  static Watcher local("local static");
  std::printf("main %s\n", Keeper<int>::watcher.name);
}
