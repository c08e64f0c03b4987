// Two lists paired in order so that the weights of the pairs sum up to the most.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace jithost {

/// \param weight of i and j, 0: they are no pair.
/// \return pairs in order; the earliest of equals.
template <typename Weight>
std::vector<std::pair<size_t, size_t>> bestPairs(size_t left, size_t right, Weight weight) {
  size_t width = right + 1;
  // best[i][j]: the largest sum of weights that left[i..] and right[j..] can be paired with.
  std::vector<unsigned> weights(left * width), best((left + 1) * width);
  for (size_t i = left; i-- > 0;)
    for (size_t j = right; j-- > 0;) {
      unsigned own = weights[i * width + j] = weight(i, j);
      unsigned paired = own ? own + best[(i + 1) * width + j + 1] : 0;
      best[i * width + j] = std::max({paired, best[(i + 1) * width + j], best[i * width + j + 1]});
    }
  std::vector<std::pair<size_t, size_t>> pairs;
  for (size_t i = 0, j = 0; i < left && j < right;) {
    unsigned own = weights[i * width + j], here = best[i * width + j];
    if (own != 0 && here == own + best[(i + 1) * width + j + 1])
      pairs.emplace_back(i++, j++);
    else if (here == best[(i + 1) * width + j])
      ++i;
    else
      ++j;
  }
  return pairs;
}

} // namespace jithost
