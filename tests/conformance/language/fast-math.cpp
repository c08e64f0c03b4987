// -ffast-math changes results; it changes them in the same way.
// flags: -ffast-math
// levels: 2 3
#include <cmath>
#include <cstdio>

float sum(const float *values, int count) {
  float result = 0;
  for (int i = 0; i < count; ++i)
    result += values[i];
  return result;
}
double chain(double x) { return (x + 1e16) - 1e16 + x / 3.0 + x / 3.0; }
bool isNan(float x) { return std::isnan(x); }

int main() {
  float values[1000];
  for (int i = 0; i < 1000; ++i)
    values[i] = 1.0f / (i + 1) * (i % 2 ? 1e5f : 1.0f);
  volatile double x = 2.75;
  volatile float zero = 0;
  std::printf("%a %a %d\n", sum(values, 1000), chain(x), isNan(zero / zero));
}
