// Figures of grey pictures in a grid, after matplotlib's pyplot.
#pragma once

#include <torch/torch.h>

#include "common/pgm.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// A place for one picture in a figure.
class Axes {
public:
  Axes(std::shared_ptr<std::vector<torch::Tensor>> pictures, int64_t place)
      : pictures_(std::move(pictures)), place_(place) {}

  /// Shows `picture`, [H, W], float, 0 black to 1 white.
  void imshow(const torch::Tensor &picture) { (*pictures_)[place_] = picture; }

private:
  std::shared_ptr<std::vector<torch::Tensor>> pictures_;
  int64_t place_;
};

class Figure {
public:
  Figure(int64_t rows, int64_t columns)
      : rows_(rows), columns_(columns),
        pictures_(std::make_shared<std::vector<torch::Tensor>>(rows * columns)) {}

  Axes axes(int64_t place) { return Axes(pictures_, place); }

  /// Writes the figure as a PGM file; pictures that are shown nowhere must not be left.
  void savefig(const std::string &path) const {
    std::vector<torch::Tensor> lines;
    for (int64_t row = 0; row < rows_; ++row) {
      const auto first = pictures_->begin() + row * columns_;
      lines.push_back(torch::cat(std::vector<torch::Tensor>(first, first + columns_), /*dim=*/1));
    }
    write_pgm(path, torch::cat(lines, /*dim=*/0));
  }

private:
  int64_t rows_;
  int64_t columns_;
  std::shared_ptr<std::vector<torch::Tensor>> pictures_;
};

/// A figure and its axes: those of a grid line by line, or, if there is one place only, its axes.
inline std::pair<Figure, std::variant<Axes, std::vector<Axes>>> subplots(int64_t rows,
                                                                         int64_t columns) {
  Figure figure(rows, columns);
  if (rows * columns == 1) {
    return {figure, figure.axes(0)};
  }
  std::vector<Axes> axes;
  for (int64_t place = 0; place < rows * columns; ++place) {
    axes.push_back(figure.axes(place));
  }
  return {figure, axes};
}
