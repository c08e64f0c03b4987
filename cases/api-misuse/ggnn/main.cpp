// Trains a gated graph network on task 4 of bAbI (DATA_FOLDER/train and test, 4_graphs.txt): which
// room lies north of another? It is tested after every epoch.

#include <torch/torch.h>

#include "test.h"
#include "train.h"

#include <cstdio>
#include <string>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kRelation = 1;
constexpr int64_t kQuestions = 50;
constexpr int64_t kBatchSize = 10;
constexpr int64_t kEpochs = 10;
constexpr double kLearningRate = 0.01;
constexpr uint64_t kSeed = 1;

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  const std::string folder = argv[1];
  torch::set_num_threads(1);
  torch::manual_seed(kSeed);

  const GraphQuestions train_set =
      read_babi(folder + "/train/4_graphs.txt", kRelation, kQuestions, kNodes, kRelations);
  const GraphQuestions test_set =
      read_babi(folder + "/test/4_graphs.txt", kRelation, kQuestions, kNodes, kRelations);

  Ggnn model;
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(kLearningRate));

  StateHash loss_hash;
  double accuracy = 0;
  for (int64_t epoch = 0; epoch < kEpochs; ++epoch) {
    train(epoch, model, optimizer, train_set, kBatchSize, loss_hash);
    accuracy = test(epoch, model, test_set, kBatchSize);
  }

  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality accuracy %.2f\n", accuracy);
  return 0;
}
