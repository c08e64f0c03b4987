// The IDX files of MNIST: a header of big endian numbers, then the bytes of an array.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

/// The next number of a header.
inline uint32_t read_big_endian(std::istream &file) {
  unsigned char bytes[4];
  file.read(reinterpret_cast<char *>(bytes), sizeof bytes);
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

/// The array of an IDX file, uint8, as many dimensions as the last byte of `magic` says.
/// Throws std::runtime_error when there is no such file or another magic number in it, and
/// std::ios_base::failure when it is shorter than its header says.
inline torch::Tensor read_idx(const std::string &path, uint32_t magic) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot open " + path);
  }
  file.exceptions(std::ios::failbit | std::ios::badbit);
  if (read_big_endian(file) != magic) {
    throw std::runtime_error(path + " is not an IDX file of the expected kind");
  }
  std::vector<int64_t> sizes(magic & 0xff);
  for (int64_t &size : sizes) {
    size = read_big_endian(file);
  }
  torch::Tensor content = torch::empty(sizes, torch::kUInt8);
  file.read(static_cast<char *>(content.data_ptr()), content.numel());
  return content;
}

struct Digits {
  torch::Tensor images; // [N, 1, 28, 28], float, 0 to 1
  torch::Tensor labels; // [N], int64, 0 to 9
};

/// The digits of `PREFIX-images-idx3-ubyte` and `PREFIX-labels-idx1-ubyte` in `folder`, PREFIX
/// being "train" or "t10k". Throws as read_idx does.
inline Digits read_digits(const std::string &folder, const std::string &prefix) {
  const torch::Tensor images = read_idx(folder + "/" + prefix + "-images-idx3-ubyte", 0x803);
  const torch::Tensor labels = read_idx(folder + "/" + prefix + "-labels-idx1-ubyte", 0x801);
  return {images.to(torch::kFloat32).div_(255).unsqueeze(1), labels.to(torch::kInt64)};
}
