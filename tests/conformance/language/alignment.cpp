// alignas on types, members, locals, thread_locals and heap objects holds.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

struct alignas(64) Line {
  int value = 1;
};
struct Holder {
  char first;
  Line line;
  alignas(32) char buffer[3];
};
alignas(4096) char page[10];
alignas(128) thread_local int per_thread = 3;
thread_local Line thread_line;

template <typename T> int off(const T &object, std::uintptr_t alignment) {
  return reinterpret_cast<std::uintptr_t>(&object) % alignment;
}

int fail(int depth) {
  alignas(256) int local = depth;
  if (off(local, 256))
    return -1;
  if (depth == 5)
    throw depth;
  return fail(depth + 1);
}

int main() {
  Holder holder;
  alignas(512) char local = 'x';
  char odd = 'y';
  std::printf("%zu %zu %d\n", alignof(Holder), sizeof(Holder), off(holder.line, 64));
  std::printf("%d %d %d\n", off(local, 512), off(page, 4096), off(holder.buffer, 32));
  std::thread([] { std::printf("%d %d\n", off(per_thread, 128), off(thread_line, 64)); }).join();
  std::unique_ptr<Line[]> lines(new Line[3]);
  std::vector<Line> vector(5);
  std::printf("%d %d %c%c\n", off(lines[2], 64), off(vector[3], 64), local, odd);
  try {
    fail(0);
  } catch (int depth) {
    std::printf("depth %d\n", depth);
  }
}
