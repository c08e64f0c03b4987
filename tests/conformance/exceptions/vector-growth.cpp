// The strong guarantee: a copy that throws while a vector grows leaves the vector as it was.
#include <cstdio>
#include <stdexcept>
#include <vector>

int copies_left = 1000, alive = 0;

template <bool nothrow_move> struct Item {
  int value;
  explicit Item(int v) : value(v) { ++alive; }
  Item(const Item &other) : value(other.value) {
    if (--copies_left == 0)
      throw value;
    ++alive;
  }
  Item(Item &&other) noexcept(nothrow_move) : value(other.value) {
    other.value = -1;
    ++alive;
  }
  Item &operator=(const Item &) = default;
  ~Item() { --alive; }
};

template <bool nothrow_move> void run() {
  std::vector<Item<nothrow_move>> items;
  copies_left = 1000;
  items.reserve(4);
  for (int i = 0; i < 4; ++i)
    items.emplace_back(i);
  copies_left = 3;
  try {
    items.emplace_back(4);
    std::puts("grown");
  } catch (int value) {
    std::printf("copying %d threw\n", value);
  }
  for (auto &item : items)
    std::printf("%d ", item.value);
  std::printf("size %zu alive %d\n", items.size(), alive);
  copies_left = 2;
  try {
    items.insert(items.begin() + 1, 2, Item<nothrow_move>(9));
  } catch (int) {
    std::puts("insert threw");
  }
  std::printf("alive - size %d\n", alive - static_cast<int>(items.size()));
}

int main() {
  run<true>();
  run<false>();
  try {
    std::vector<int>().at(3);
  } catch (const std::out_of_range &error) {
    std::puts(error.what());
  }
  try {
    std::vector<int>().reserve(std::size_t(-1));
  } catch (const std::length_error &error) {
    std::puts(error.what());
  }
  std::printf("alive %d\n", alive);
}
