// Where the tokens of an older text of a file stand in a newer one. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

namespace jithost {

/// From (line, column) of the older text on, up to the next run: what to add. Counted from 1.
struct PlaceRun {
  uint32_t line = 0, column = 0;
  int32_t lines = 0;
  int32_t columns = 0;
};

/// Sorted runs; places before the first one stay.
class PlaceMap {
public:
  void add(PlaceRun run) { runs_.push_back(run); }

  void move(uint32_t &line, uint32_t &column) const {
    const PlaceRun *last = nullptr;
    for (const PlaceRun &run : runs_) {
      if (std::tie(run.line, run.column) > std::tie(line, column))
        break;
      last = &run;
    }
    if (!last)
      return;
    column += last->columns;
    line += last->lines;
  }
  const std::vector<PlaceRun> &runs() const { return runs_; }
  /// Without what was added behind the first `count`.
  void truncate(std::size_t count) { runs_.resize(count); }

private:
  std::vector<PlaceRun> runs_;
};

} // namespace jithost
