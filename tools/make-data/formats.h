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

/// Sentences of made-up words: train.txt, valid.txt and test.txt.
void writeText(const std::filesystem::path &folder, const Arguments &arguments);

/// Drawn faces of 48 by 48 pixels as PGM files: train/EXPRESSION-NNNN.pgm, and frames/NNNNN.pgm, a
/// camera's sight of a face that changes now and then. [TRAINING_PICTURES FRAMES], 420 and 2000 if
/// not given.
void writeFaces(const std::filesystem::path &folder, const Arguments &arguments);

/// Echoes of rocks and mines, as the UCI repository's `sonar.all-data`.
void writeSonar(const std::filesystem::path &folder, const Arguments &arguments);

/// Coloured patterns in the binary format of CIFAR-10: [IMAGES_PER_TRAINING_BATCH TEST_IMAGES], 400
/// and 500 if not given.
void writeCifar(const std::filesystem::path &folder, const Arguments &arguments);

/// Creates a file whose writing throws when it fails.
inline std::ofstream createFile(const std::filesystem::path &path) {
  std::ofstream file(path, std::ios::binary);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  return file;
}
