// A text as a sequence of characters, for language models.
#pragma once

#include <torch/torch.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

class Text {
public:
  Text(const std::string &path, int64_t batch_size, int64_t context)
      : batch_size_(batch_size), context_(context) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      throw std::runtime_error("cannot open " + path);
    }
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    codes_ = torch::empty({static_cast<int64_t>(content.size())}, torch::kInt64);
    std::vector<int64_t> code_of(256, -1);
    for (size_t i = 0; i < content.size(); ++i) {
      int64_t &code = code_of[static_cast<unsigned char>(content[i])];
      if (code < 0) {
        code = static_cast<int64_t>(characters_.size());
        characters_.push_back(content[i]);
      }
      codes_.data_ptr<int64_t>()[i] = code;
    }
  }

  int64_t characters() const { return static_cast<int64_t>(characters_.size()); }
  char character(int64_t code) const { return characters_.at(static_cast<size_t>(code)); }
  int64_t steps_per_epoch() const { return (codes_.size(0) - 1) / (batch_size_ * context_); }

  /// The batch of a step: rows of successive text, [B, T].
  torch::Tensor inputs(int64_t step, int64_t rows) const { return rows_at(step, rows, 0); }
  /// What follows each character of the inputs, [B * T].
  torch::Tensor targets(int64_t step, int64_t rows) const {
    return rows_at(step, rows, 1).reshape({rows * context_});
  }

private:
  torch::Tensor rows_at(int64_t step, int64_t rows, int64_t offset) const {
    const int64_t begin = step % steps_per_epoch() * batch_size_ * context_ + offset;
    return codes_.narrow(0, begin, rows * context_).view({rows, context_});
  }

  torch::Tensor codes_; // [N]
  std::string characters_;
  int64_t batch_size_;
  int64_t context_;
};
