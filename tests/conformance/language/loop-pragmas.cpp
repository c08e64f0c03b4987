// Loop pragmas change speed only. Sums of floats are vectorised where a pragma or flag allows it.
// levels: 2 3
#include <cstdio>
#include <initializer_list>

float dot(const float *a, const float *b, int count) {
  float sum = 0;
#pragma clang loop vectorize(enable) interleave_count(2)
  for (int i = 0; i < count; ++i)
    sum += a[i] * b[i];
  return sum;
}

int unrolled(int count) {
  int result = 1;
#pragma unroll 4
  for (int i = 0; i < count; ++i)
    result = result * 31 + i;
#pragma nounroll
  while (count-- > 0)
    result ^= count;
#pragma clang loop unroll(full)
  for (int value : {1, 2, 3})
    result += value;
  return result;
}

int main() {
  float a[100], b[100];
  for (int i = 0; i < 100; ++i)
    a[i] = i * 0.1f, b[i] = 1.0f / (i + 1);
  std::printf("%a %d\n", dot(a, b, 100), unrolled(10));
}
