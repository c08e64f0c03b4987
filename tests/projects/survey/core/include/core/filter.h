// Filters over what is scaled.
#pragma once
#include "series.h"
#include <functional>

namespace core {

std::vector<double> smooth(const Series &series);

template <typename T> T fold(const std::vector<T> &values, const std::function<T(T, T)> &step) {
  T result{};
  for (const T &value : values)
    result = step(result, value);
  return result;
}

} // namespace core
