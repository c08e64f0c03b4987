// Loops over the elements of tensors.

#include <torch/torch.h>

#include "microbenchmarks.h"

int64_t accessor_read(int64_t n) {
  static const torch::Tensor table = torch::arange(256 * 256, torch::kInt64).view({256, 256});
  const auto entries = table.accessor<int64_t, 2>();
  int64_t sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t row = 0; row < entries.size(0); ++row) {
      for (int64_t column = 0; column < entries.size(1); ++column) {
        sum ^= entries[row][column] + i;
      }
    }
  }
  return sum + 1;
}

int64_t accessor_write(int64_t n) {
  static torch::Tensor table = torch::zeros({256, 256});
  auto entries = table.accessor<float, 2>();
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t row = 1; row < entries.size(0); ++row) {
      for (int64_t column = 1; column < entries.size(1); ++column) {
        entries[row][column] =
            0.25f * (entries[row - 1][column] + entries[row][column - 1]) + 0.001f;
      }
    }
  }
  return static_cast<int64_t>(1000 * (1 + entries[255][255]));
}

/// A row at a time through a function of its own.
float largest_of(const at::TensorAccessor<float, 1> &row) {
  float largest = row[0];
  for (int64_t i = 1; i < row.size(0); ++i) {
    if (row[i] > largest) {
      largest = row[i];
    }
  }
  return largest;
}

int64_t accessor_of_rows(int64_t n) {
  static torch::Tensor table = torch::linspace(-1, 1, 256 * 256).view({256, 256});
  const auto entries = table.accessor<float, 2>();
  float sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t row = 0; row < entries.size(0); ++row) {
      sum += largest_of(entries[row]);
    }
  }
  return static_cast<int64_t>(sum) + 1;
}

int main(int argc, char **argv) {
  torch::set_num_threads(1);
  return run_microbenchmarks({{"accessor_read", accessor_read, 200},
                              {"accessor_write", accessor_write, 40},
                              {"accessor_of_rows", accessor_of_rows, 100}},
                             argc, argv);
}
