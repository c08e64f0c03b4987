// Two digits or so, in the unit that fits.
#include "human_time.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace jithost {

std::string humanTime(double ms) {
  char text[64];
  if (ms < 10)
    std::snprintf(text, sizeof text, "%.1f ms", std::max(ms, 0.0));
  else if (ms < 999.5)
    std::snprintf(text, sizeof text, "%.0f ms", ms);
  else if (ms < 59950)
    std::snprintf(text, sizeof text, "%.1f s", ms / 1000);
  else {
    long long seconds = std::llround(std::min(ms, 1e15) / 1000);
    if (seconds < 3600)
      std::snprintf(text, sizeof text, "%lld min %lld s", seconds / 60, seconds % 60);
    else if (seconds < 86400)
      std::snprintf(text, sizeof text, "%lld h %lld min", seconds / 3600, seconds / 60 % 60);
    else
      std::snprintf(text, sizeof text, "%lld d %lld h", seconds / 86400, seconds / 3600 % 24);
  }
  return text;
}

} // namespace jithost
