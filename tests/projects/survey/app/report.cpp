#include <core/filter.h>
#include <cstdio>

std::string report(const std::string &name, int seed) {
  core::Series series = core::makeSeries(name, seed);
  std::vector<double> scaled = core::scale(series), smooth = core::smooth(series);
  double sum = core::fold<double>(smooth, [](double a, double b) { return a + b; });
  char line[160];
  std::snprintf(line, sizeof line, "%s: %s first %a sum %a", STAGE, name.c_str(), scaled[0], sum);
  return line;
}
