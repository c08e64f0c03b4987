// Random numbers that are the same on every machine.
#pragma once

#include <cstdint>

/// SplitMix64. The distributions of the standard library differ between its implementations.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t bits() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  double between(double low, double high) {
    return low + (high - low) * (static_cast<double>(bits() >> 11) / 9007199254740992.0);
  }

private:
  uint64_t state;
};
