// bad_alloc, the new handler, and replaced global operators new and delete.
#include <cstdio>
#include <cstdlib>
#include <new>

int handled = 0;
long taken = 0, given = 0;

void *operator new(std::size_t size) {
  ++taken;
  for (;;) {
    if (size < (1u << 30))
      if (void *block = std::malloc(size))
        return block;
    if (std::new_handler handler = std::get_new_handler())
      handler();
    else
      throw std::bad_alloc();
  }
}
void operator delete(void *block) noexcept {
  ++given;
  std::free(block);
}
void operator delete(void *block, std::size_t) noexcept {
  ++given;
  std::free(block);
}

int main() {
  volatile std::size_t large = std::size_t(1) << 40;
  try {
    operator delete(operator new(large));
  } catch (const std::bad_alloc &error) {
    std::printf("%s\n", error.what());
  }
  std::set_new_handler([] {
    std::printf("handler %d\n", ++handled);
    if (handled == 2)
      std::set_new_handler(nullptr);
  });
  try {
    operator delete(operator new(large));
  } catch (const std::bad_alloc &) {
    std::puts("gave up");
  }
  long before = taken, freed = given;
  int *volatile one = new int(3);
  delete one;
  std::printf("replaced %ld %ld\n", taken - before, given - freed);
}
