#pragma once
#include <cstdio>
#include <typeinfo>

inline int counter = 0;
template <typename T> struct Keeper {
  static inline int count = 0;
  static int get() { return sizeof(T); }
};
inline int &localStatic() {
  static int value = 100;
  return value;
}
inline int inlineFunction(int x) { return x + 1; }
template <typename T> T twice(T x) { return x * 2; }
struct Failure {
  int code;
};
struct Base {
  virtual ~Base() = default;
};
struct Derived : Base {
  int value = 1;
};
struct Addresses {
  int *variable;
  int (*function)(int);
  int (*method)();
  long (*instance)(long);
};
const char *otherName();
int otherSize();
void bumpOther();
Addresses addresses();
void throwOther(int what);
extern thread_local int thread_value;
inline int threadValue() { return ++thread_value; }
int otherThreadValue();
