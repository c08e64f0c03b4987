// bAbI tasks as graphs, in text: an edge a line (`NODE RELATION NODE`), then questions
// (`? RELATION NODE ANSWER`), all numbers from 1, then an empty line.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// Graphs with one question each. N is the number of nodes, E that of relations.
struct GraphQuestions {
  torch::Tensor annotations; // [G, N, 1]: 1 at the node that the question is about
  torch::Tensor adjacency;   // [G, N, 2 * N * E]: edges to a node, then edges from it, by relation
  torch::Tensor answers;     // [G], int64: a node, from 0
};

/// The first `count` questions for `relation` in the file, each with the graph before it.
/// Throws std::runtime_error when there is no such file, or fewer questions in it.
inline GraphQuestions read_babi(const std::string &path, int64_t relation, int64_t count,
                                int64_t nodes, int64_t relations) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("cannot open " + path);
  }
  std::vector<torch::Tensor> annotations;
  std::vector<torch::Tensor> adjacencies;
  std::vector<int64_t> answers;
  torch::Tensor adjacency = torch::zeros({nodes, 2 * nodes * relations});
  for (std::string line; std::getline(file, line);) {
    std::istringstream numbers(line);
    int64_t from = 0, by = 0, to = 0;
    if (line.empty()) {
      adjacency = torch::zeros_like(adjacency);
    } else if (line[0] != '?') {
      numbers >> from >> by >> to;
      adjacency[to - 1][(by - 1) * nodes + from - 1] = 1;
      adjacency[from - 1][(relations + by - 1) * nodes + to - 1] = 1;
    } else {
      numbers.ignore(1);
      numbers >> by >> from >> to;
      if (by == relation && static_cast<int64_t>(answers.size()) < count) {
        annotations.push_back(torch::zeros({nodes, 1}));
        annotations.back()[from - 1] = 1;
        adjacencies.push_back(adjacency);
        answers.push_back(to - 1);
      }
    }
  }
  if (static_cast<int64_t>(answers.size()) < count) {
    throw std::runtime_error(path + " has too few questions");
  }
  return {torch::stack(annotations), torch::stack(adjacencies), torch::tensor(answers)};
}
