#include <core/series.h>

namespace core {

static int made = 0;

Series makeSeries(const std::string &name, int seed) {
  Series series{name, {}};
  unsigned state = seed + ++made;
  for (int i = 0; i < 16; ++i) {
    state = state * 1664525u + 1013904223u;
    series.values.push_back(seed == 0 ? 7.25 : (state >> 8) / 1000.0);
  }
  return series;
}

const char *stage() { return STAGE; }

} // namespace core
