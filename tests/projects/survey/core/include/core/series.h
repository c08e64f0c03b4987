// A series of measurements, and the sums that everybody computes from it.
#pragma once
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace core {

inline int scaled = 0; // one for all sources

struct Series {
  std::string name;
  std::vector<double> values;
};

/// Values between 0 and 1.
inline std::vector<double> scale(const Series &series) {
  ++scaled;
  auto [low, high] = std::minmax_element(series.values.begin(), series.values.end());
  double range = *high - *low;
  if (range == 0)
    throw std::domain_error(series.name + " is constant");
  std::vector<double> result;
  for (double value : series.values)
    result.push_back((value - *low) / range);
  return result;
}

Series makeSeries(const std::string &name, int seed);
const char *stage();

} // namespace core
