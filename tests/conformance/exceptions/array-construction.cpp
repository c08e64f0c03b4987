// The third element throws: the first two are destroyed, backwards; memory is given back.
#include "../object.h"
#include <cstdlib>
#include <new>
#include <string>

int made = 0, limit = 0, blocks = 0;

struct Element {
  Object object;
  Element() : object(("element " + std::to_string(made)).c_str()) {
    if (++made == limit)
      throw made;
  }
  static void *operator new[](std::size_t size) {
    ++blocks;
    return std::malloc(size);
  }
  static void operator delete[](void *block) {
    --blocks;
    std::free(block);
  }
};

struct Holder {
  Object before{"before"};
  Element elements[2][2];
  Object after{"after"};
};

template <typename Make> void attempt(const char *what, int fails_at, Make make) {
  made = 0;
  limit = fails_at;
  std::printf("%s\n", what);
  try {
    make();
  } catch (int number) {
    std::printf("caught at %d\n", number);
  }
  std::printf("alive %d blocks %d\n", Object::alive, blocks);
}

int main() {
  attempt("new[]", 3, [] { delete[] new Element[4]; });
  attempt("new[] that works", 9, [] { delete[] new Element[2]; });
  attempt("local array", 3, [] { Element elements[4]; });
  attempt("two dimensions", 4, [] { Element elements[2][3]; });
  attempt("member", 3, [] { Holder holder; });
  attempt("list", 3, [] { Element elements[] = {Element(), Element(), Element()}; });
}
