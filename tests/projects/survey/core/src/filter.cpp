#include <core/filter.h>

namespace core {

static int made = 100; // series.cpp has one too

std::vector<double> smooth(const Series &series) {
  std::vector<double> values = scale(series), result;
  for (size_t i = 0; i + CORE_WINDOW <= values.size(); ++i) {
    double sum = 0;
    for (size_t k = 0; k < CORE_WINDOW; ++k)
      sum += values[i + k];
    result.push_back(sum / CORE_WINDOW + made);
  }
  return result;
}

} // namespace core
