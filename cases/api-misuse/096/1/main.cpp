// Tells mines from rocks by their sonar echoes: the 208 lines of sonar.all-data in DATA_FOLDER, of
// 60 energies each, and a network of one hidden layer.

#include <torch/torch.h>

#include "common/csv.h"
#include "common/fit.h"
#include "common/state_hash.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kBands = 60;
constexpr int64_t kHidden = 5;
constexpr int64_t kEpochs = 20;
constexpr int64_t kBatchSize = 10;
constexpr uint64_t kSeed = 1;

// ---------------------------------------------------------------------------------------------
// Data

struct Echoes {
  std::vector<torch::Tensor> features; // 208 of [60]
  std::vector<torch::Tensor> labels;   // 208 of [1]: 1 for mines, 0 for rocks
};

Echoes read_echoes(const std::string &path) {
  Echoes echoes;
  for (const std::vector<std::string> &row : read_csv(path)) {
    torch::Tensor energies = torch::empty({kBands});
    for (int64_t band = 0; band < kBands; ++band) {
      energies[band] = std::stof(row.at(band));
    }
    echoes.features.push_back(energies);
    echoes.labels.push_back(torch::full({1}, row.at(kBands) == "M" ? 1.f : 0.f));
  }
  return echoes;
}

// ---------------------------------------------------------------------------------------------
// Training

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  torch::set_num_threads(1);
  torch::manual_seed(kSeed);

  const Echoes echoes = read_echoes(std::string(argv[1]) + "/sonar.all-data");

  torch::nn::Sequential model(torch::nn::Linear(kBands, kHidden), torch::nn::Sigmoid(),
                              torch::nn::Linear(kHidden, 1), torch::nn::Sigmoid());
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(1e-3));

  FitOptions options;
  options.epochs = kEpochs;
  options.batch_size = kBatchSize;
  const torch::Tensor losses =
      fit(model, optimizer, torch::stack(echoes.features), torch::stack(echoes.labels), options);

  StateHash loss_hash;
  loss_hash.add(losses);
  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  return 0;
}
