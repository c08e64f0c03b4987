// The formats that can be written, one source each.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

/// What stands behind the folder on the command line.
using Arguments = std::vector<std::string>;

/// Graphs with questions, task 4 of bAbI: `train/4_graphs.txt` and `test/4_graphs.txt`.
void writeBabi(const std::filesystem::path &folder, const Arguments &arguments);

/// Digits in the IDX format of MNIST: [TRAINING_IMAGES TEST_IMAGES], 10000 and 1000 if not given.
void writeMnist(const std::filesystem::path &folder, const Arguments &arguments);

/// Echoes of rocks and mines, as the UCI repository's `sonar.all-data`.
void writeSonar(const std::filesystem::path &folder, const Arguments &arguments);

/// Creates a file whose writing throws when it fails.
inline std::ofstream createFile(const std::filesystem::path &path) {
  std::ofstream file(path, std::ios::binary);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  return file;
}
