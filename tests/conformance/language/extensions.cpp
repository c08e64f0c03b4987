// GNU extensions: statement expressions, typeof, VLAs, computed goto, ranges, builtin types,
// varargs.
#include <alloca.h>
#include <cstdarg>
#include <cstdio>

#define MAX(a, b)                                                                                  \
  ({                                                                                               \
    auto x = (a);                                                                                  \
    auto y = (b);                                                                                  \
    x > y ? x : y;                                                                                 \
  })
typedef float Vector __attribute__((vector_size(16)));

int sum(int count, ...) {
  va_list list;
  va_start(list, count);
  int result = 0;
  for (int i = 0; i < count; ++i)
    result += va_arg(list, int);
  va_end(list);
  return result;
}

int variable(int count) {
  int numbers[count];
  for (int i = 0; i < count; ++i)
    numbers[i] = i * i;
  char *block = static_cast<char *>(alloca(count));
  block[count - 1] = 1;
  if (count > 10)
    throw sizeof numbers;
  return numbers[count - 1] + block[count - 1];
}

int computed(const char *program) {
  static const void *const table[] = {&&add, &&twice, &&stop};
  int value = 1;
  goto *table[*program++ - '0'];
add:
  value += 1;
  goto *table[*program++ - '0'];
twice:
  value *= 2;
  goto *table[*program++ - '0'];
stop:
  return value;
}

int main() {
  std::printf("%d %d\n", MAX(3, 4), sum(3, 10, 20, 30));
  try {
    std::printf("%d\n", variable(5));
    variable(20);
  } catch (std::size_t size) {
    std::printf("size %zu\n", size);
  }
  std::printf("%d\n", computed("01012"));
  Vector a{1, 2, 3, 4}, b = a * 2 + 1;
  std::printf("%g %g\n", b[0], b[3]);
  __int128 wide = static_cast<__int128>(1) << 100;
  std::printf("%ld\n", static_cast<long>(wide >> 90));
  __typeof__(wide) other = 5 ?: 6;
  std::printf("%d %d\n", static_cast<int>(other), __builtin_popcount(255));
  _Complex double z = 1.0 + 2.0i;
  std::printf("%g\n", __imag__(z * z));
  std::printf("%d\n", __builtin_expect(other > 3, 1) ? __builtin_constant_p(3) : 0);
  std::printf("%d\n", __builtin_return_address(0) != nullptr);
}
