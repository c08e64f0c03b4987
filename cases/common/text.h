// Texts as numbers: the corpus of a word-level language model.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

/// Numbers of words, in the order in which they first came.
class Dictionary {
public:
  /// The word's number, a new one if it has none yet.
  int64_t add(const std::string &word) {
    const auto [found, is_new] = numbers_.emplace(word, words_.size());
    if (is_new) {
      words_.push_back(word);
    }
    return found->second;
  }

  const std::string &word(int64_t number) const { return words_.at(number); }
  int64_t size() const { return words_.size(); }

private:
  std::unordered_map<std::string, int64_t> numbers_;
  std::vector<std::string> words_;
};

/// train.txt, valid.txt and test.txt of a folder. Every line ends with the word `<eos>`.
struct Corpus {
  /// \throws std::runtime_error if a file cannot be read
  explicit Corpus(const std::string &folder)
      : train(read(folder + "/train.txt")), valid(read(folder + "/valid.txt")),
        test(read(folder + "/test.txt")) {}

  Dictionary dictionary;
  torch::Tensor train; // [words] int64, as the others
  torch::Tensor valid;
  torch::Tensor test;

private:
  torch::Tensor read(const std::string &path) {
    std::ifstream file(path);
    if (!file) {
      throw std::runtime_error("cannot open " + path);
    }
    std::vector<int64_t> numbers;
    std::string line;
    while (std::getline(file, line)) {
      std::istringstream words(line);
      for (std::string word; words >> word;) {
        numbers.push_back(dictionary.add(word));
      }
      numbers.push_back(dictionary.add("<eos>"));
    }
    return torch::tensor(numbers, torch::kInt64);
  }
};
