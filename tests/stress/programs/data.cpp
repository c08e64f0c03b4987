// flags: -std=c++17
// A custom Dataset, Sampler and collation, read through the DataLoader; a class template over tensors.
#include "../../../cases/common/state_hash.h"
#include "counted.h"
#include <torch/torch.h>
#include <iostream>

struct Numbers : torch::data::Dataset<Numbers> {
  torch::Tensor values = torch::arange(24, torch::kFloat).view({12, 2});
  Counted mark{1};
  torch::data::Example<> get(size_t index) override {
    torch::Tensor stress_local = torch::full({1}, int64_t(index % 3), torch::kLong);
    torch::Tensor item = values[int64_t(index)] + torch::rand({2});
    return {item, stress_local};
  }
  torch::optional<size_t> size() const override { return 12; }
};

struct EverySecond : torch::data::samplers::Sampler<> {
  size_t at = 0, count;
  explicit EverySecond(size_t count) : count(count) {}
  void reset(torch::optional<size_t> new_size = torch::nullopt) override {
    at = 0;
    if (new_size)
      count = *new_size;
  }
  torch::optional<std::vector<size_t>> next(size_t batch) override {
    std::vector<size_t> indices;
    while (indices.size() < batch && at < count) {
      indices.push_back(at);
      at += 2;
    }
    if (indices.empty())
      return torch::nullopt;
    return indices;
  }
  void save(torch::serialize::OutputArchive &) const override {}
  void load(torch::serialize::InputArchive &) override {}
};

template <typename T> struct Running {
  T mean;
  int64_t count = 0;
  void add(const T &value) {
    ++count;
    T difference = value - mean;
    mean = mean + difference / double(count);
  }
};

int main() {
  torch::manual_seed(11);
  torch::set_num_threads(1);
  {
    auto set = Numbers().map(torch::data::transforms::Stack<>());
    auto loader = torch::data::make_data_loader(std::move(set), EverySecond(12), torch::data::DataLoaderOptions(4));
    torch::Tensor weight = torch::zeros({2, 3}, torch::requires_grad());
    torch::optim::SGD sgd({weight}, torch::optim::SGDOptions(0.1).momentum(0.9));
    Running<torch::Tensor> running{torch::zeros({1})};
    StateHash hash;
    for (int epoch = 0; epoch < 2; ++epoch)
      for (torch::data::Example<> &batch : *loader) {
        sgd.zero_grad();
        torch::Tensor scores = batch.data.matmul(weight);
        torch::Tensor loss = torch::nn::functional::cross_entropy(scores, batch.target.squeeze(1));
        loss.backward();
        sgd.step();
        running.add(loss.detach().view({1}));
        hash.add(batch.data);
      }
    hash.add(weight);
    hash.add(torch::rand({3}));
    std::cout << running.mean.item<float>() << " " << running.count << " " << hash.text() << "\n";
  }
  return balance();
}
