// Rounding, contraction, FENV pragmas, infinities: the same bits as natively.
// flags: -ffp-contract=fast -mfma
// levels: 2 3
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

std::uint64_t bits(double value) {
  std::uint64_t result;
  std::memcpy(&result, &value, sizeof result);
  return result;
}

double fused(double a, double b, double c) { return a * b + c; }
double separate(double a, double b, double c) {
#pragma STDC FP_CONTRACT OFF
  double product = a * b;
  return product + c;
}
double inBlock(double a, double b, double c) {
  {
#pragma clang fp contract(off)
    if (a > 0)
      return a * b + c;
  }
  return a * b + c;
}
#pragma clang fp reassociate(on)
double reassociated(const double *values, int count) {
  double sum = 0;
  for (int i = 0; i < count; ++i)
    sum += values[i];
  return sum;
}

int main() {
  volatile double a = 1.0 / 3, b = 3.0 + 1e-15, c = -1.0;
  std::printf("%lx %lx %lx\n", bits(fused(a, b, c)), bits(separate(a, b, c)),
              bits(inBlock(a, b, c)));
  std::printf("%lx\n", bits(inBlock(-a, b, -c)));
  std::fesetround(FE_UPWARD);
  volatile double up = a / 7;
  std::fesetround(FE_TONEAREST);
  std::printf("%lx %lx\n", bits(up), bits(a / 7));
  double values[100];
  for (int i = 0; i < 100; ++i)
    values[i] = std::sin(i) * 1e8;
  std::printf("%lx\n", bits(reassociated(values, 100)));
  volatile float f = 16777216.0f;
  std::printf("%a %d %d\n", f + 1.0f + 1.0f, std::isnan(std::sqrt(c)), std::isinf(1 / (c + 1)));
}
