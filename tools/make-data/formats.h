// The formats that can be written, one source each.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

/// What stands behind the folder on the command line.
using Arguments = std::vector<std::string>;

/// Digits in the IDX format of MNIST: [TRAINING_IMAGES TEST_IMAGES], 10000 and 1000 if not given.
void writeMnist(const std::filesystem::path &folder, const Arguments &arguments);

/// Coloured patterns in the binary format of CIFAR-10: [IMAGES_PER_TRAINING_BATCH TEST_IMAGES], 400
/// and 500 if not given.
void writeCifar(const std::filesystem::path &folder, const Arguments &arguments);

/// Creates a file whose writing throws when it fails.
inline std::ofstream createFile(const std::filesystem::path &path) {
  std::ofstream file(path, std::ios::binary);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  return file;
}
