// Exceptions fly through frames of the C library and of libstdc++: qsort, std::sort, for_each.
#include "../object.h"
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <vector>

int compared = 0;

int compareInts(const void *left, const void *right) {
  Object local("comparing");
  if (++compared == 3)
    throw compared;
  return *static_cast<const int *>(left) - *static_cast<const int *>(right);
}

int main() {
  int plain[] = {5, 3, 9, 1};
  try {
    std::qsort(plain, 4, sizeof(int), compareInts);
  } catch (int count) {
    std::printf("qsort: after %d comparisons, alive %d\n", count, Object::alive);
  }
  compared = -1000;
  std::qsort(plain, 4, sizeof(int), compareInts);
  for (int value : plain)
    std::printf("%d ", value);
  std::vector<int> values{4, 8, 1, 9, 2, 7};
  try {
    int calls = 0;
    std::sort(values.begin(), values.end(), [&](int a, int b) {
      if (++calls == 7)
        throw calls;
      return a < b;
    });
  } catch (int calls) {
    std::printf("\nsort: %d\n", calls);
  }
  std::sort(values.begin(), values.end(), std::greater<>());
  std::for_each(values.begin(), values.end(), [](int value) { std::printf("%d ", value); });
  try {
    std::for_each(values.begin(), values.end(), [](int value) {
      if (value == 7)
        throw value;
    });
  } catch (int value) {
    std::printf("\nfor_each: %d\n", value);
  }
  auto found = std::find_if(values.begin(), values.end(), [](int value) { return value < 4; });
  std::printf("%d\n", *found);
}
