// An object that tells of its life on stdout, and counts who is alive.
#pragma once
#include <cstdio>
#include <cstring>
#include <initializer_list>

struct Object {
  static inline int alive = 0;
  char name[24];
  explicit Object(const char *text) { begin("make", text); }
  Object(const Object &other) { begin("copy", other.name); }
  Object(Object &&other) noexcept { begin("move", other.name); }
  Object &operator=(const Object &other) {
    std::printf("assign %s = %s\n", name, other.name);
    std::strcpy(name, other.name);
    return *this;
  }
  ~Object() {
    --alive;
    std::printf("destroy %s\n", name);
  }

private:
  void begin(const char *what, const char *text) {
    ++alive;
    std::strncpy(name, text, sizeof name - 1);
    name[sizeof name - 1] = 0;
    std::printf("%s %s\n", what, name);
  }
};
