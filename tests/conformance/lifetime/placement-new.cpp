// Placement new, explicit destruction, pseudo-destructors, launder, construct_at, own placement
// delete.
#include "../object.h"
#include <memory>
#include <new>

struct Arena {
  alignas(16) char bytes[256];
  int used = 0, undone = 0;
};
void *operator new(std::size_t size, Arena &arena) {
  void *place = arena.bytes + arena.used;
  arena.used += (size + 15) / 16 * 16;
  return place;
}
void operator delete(void *, Arena &arena) { ++arena.undone; }

struct Failing {
  Object object{"of failing"};
  explicit Failing(bool fails) {
    if (fails)
      throw 1;
  }
};

template <typename T> void finish(T &value) { value.~T(); }

int main() {
  alignas(Object) unsigned char storage[sizeof(Object)];
  Object *object = new (storage) Object("placed");
  object->~Object();
  object = ::new (static_cast<void *>(storage)) Object("again");
  std::printf("%s\n", std::launder(object)->name);
  std::destroy_at(object);
  int number = 5;
  finish(number);
  using Pointer = int *;
  Pointer pointer = &number;
  pointer.~Pointer();
  Arena arena;
  try {
    new (arena) Failing(false);
    new (arena) Failing(true);
  } catch (int) {
    std::printf("undone %d, used %d\n", arena.undone, arena.used > 0);
  }
  Object *built = std::construct_at(reinterpret_cast<Object *>(storage), "built");
  built->~Object();
  std::printf("alive %d\n", Object::alive);
}
