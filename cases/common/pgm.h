// Grey pictures as binary PGM files (P5, 8 bits), which every viewer of pictures opens.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>

/// Writes `image`, [H, W]: uint8, or float of which 0 is black and 1 is white, values beyond cut
/// off. Throws std::runtime_error when `path` cannot be created, std::ios_base::failure when
/// writing fails.
inline void write_pgm(const std::string &path, const torch::Tensor &image) {
  torch::Tensor pixels = image.detach().cpu();
  if (pixels.is_floating_point()) {
    pixels = pixels.clamp(0, 1).mul(255).round();
  }
  pixels = pixels.to(torch::kUInt8).contiguous();

  std::ofstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot create " + path);
  }
  file.exceptions(std::ios::failbit | std::ios::badbit);
  file << "P5\n" << pixels.size(1) << ' ' << pixels.size(0) << "\n255\n";
  file.write(static_cast<const char *>(pixels.data_ptr()), pixels.numel());
}

/// The picture in `path`, [H, W], uint8. Comments in the header are not understood.
/// Throws std::runtime_error when there is no such file or it is no 8-bit P5, and
/// std::ios_base::failure when it is too short.
inline torch::Tensor read_pgm(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot open " + path);
  }
  file.exceptions(std::ios::failbit | std::ios::badbit);
  std::string magic;
  int64_t width = 0, height = 0, white = 0;
  file >> magic;
  if (magic != "P5") {
    throw std::runtime_error(path + " is not a binary PGM file");
  }
  file >> width >> height >> white;
  if (white != 255) {
    throw std::runtime_error(path + " does not have 8 bits a pixel");
  }
  file.get(); // The one white space that ends the header.
  torch::Tensor pixels = torch::empty({height, width}, torch::kUInt8);
  file.read(static_cast<char *>(pixels.data_ptr()), pixels.numel());
  return pixels;
}
