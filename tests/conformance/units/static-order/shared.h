#pragma once
#include <cstdio>

struct Watcher {
  const char *name;
  explicit Watcher(const char *n) : name(n) { std::printf("make %s\n", n); }
  ~Watcher() { std::printf("destroy %s\n", name); }
};
inline int initialise(const char *what) {
  std::printf("initialise %s\n", what);
  return 1;
}
inline Watcher shared("inline variable");
int otherValue();
