// What the training job and the service agree on.
#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

inline const std::vector<std::string> kExpressions = {"angry", "disgust",  "fear",   "happy",
                                                      "sad",   "surprise", "neutral"};
constexpr int64_t kFaceSide = 48; // pixels

/// The PGM files in `folder`, in the order of their names.
inline std::vector<std::filesystem::path> pictures_in(const std::filesystem::path &folder) {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".pgm") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// A picture, [48, 48], uint8, as the network takes it: [1, 48, 48], float, mean 0, deviation 1.
inline torch::Tensor normalized(const torch::Tensor &picture) {
  const torch::Tensor face = picture.to(torch::kFloat32);
  return ((face - face.mean()) / face.std()).unsqueeze(0);
}
