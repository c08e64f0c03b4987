// Reads the binary files of CIFAR-10: records of one byte for the class and 3072 for the picture,
// red, green and blue, each row by row.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

struct Images {
  torch::Tensor images; // [N, 3, 32, 32] float, 0 to 1
  torch::Tensor labels; // [N] int64, 0 to 9
};

/// The records of a file, [N, 3073] bytes.
/// \throws std::runtime_error when it cannot be read or does not consist of whole records
inline torch::Tensor read_cifar_records(const std::string &path) {
  constexpr int64_t kRecordBytes = 1 + 3 * 32 * 32;
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)),
                                std::istreambuf_iterator<char>());
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  const int64_t count = static_cast<int64_t>(bytes.size()) / kRecordBytes;
  if (bytes.empty() || count * kRecordBytes != static_cast<int64_t>(bytes.size())) {
    throw std::runtime_error(path + " does not consist of CIFAR-10 records");
  }
  return torch::tensor(
             at::ArrayRef<uint8_t>(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()))
      .view({count, kRecordBytes});
}

/// The pictures of all files, one file after the other.
inline Images read_cifar(const std::vector<std::string> &paths) {
  std::vector<torch::Tensor> files;
  for (const std::string &path : paths) {
    files.push_back(read_cifar_records(path));
  }
  const torch::Tensor records = torch::cat(files); // [N, 3073]
  return {records.slice(1, 1).to(torch::kFloat32).div_(255).view({-1, 3, 32, 32}),
          records.select(1, 0).to(torch::kInt64)};
}

/// The five training files of a folder with CIFAR-10.
inline std::vector<std::string> cifar_training_files(const std::string &folder) {
  std::vector<std::string> paths;
  for (int batch = 1; batch <= 5; ++batch) {
    paths.push_back(folder + "/data_batch_" + std::to_string(batch) + ".bin");
  }
  return paths;
}
