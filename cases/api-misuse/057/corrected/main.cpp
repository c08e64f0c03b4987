// A lesson on softmax: eight samples of four features are told apart into three classes, then the
// classes of three new ones are predicted.

#include <torch/torch.h>

#include "common/state_hash.h"
#include "common/warning_filter.h"

#include <cstdint>
#include <cstdio>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kFeatures = 4;
constexpr int64_t kClasses = 3;
constexpr int64_t kSteps = 2001;
constexpr int64_t kLogInterval = 200;
constexpr double kLearningRate = 0.1;
constexpr uint64_t kSeed = 777;

// ---------------------------------------------------------------------------------------------
// Data

torch::Tensor samples() { // [8, 4]
  return torch::tensor({{1., 3., 2., 1.},
                        {2., 4., 1., 2.},
                        {2., 3., 4., 3.},
                        {5., 1., 6., 5.},
                        {6., 2., 5., 6.},
                        {1., 2., 6., 5.},
                        {6., 7., 7., 2.},
                        {7., 6., 7., 3.}},
                       torch::kFloat32);
}

torch::Tensor classes() { // [8], each is a column of the one-hot labels
  return torch::tensor({2, 2, 2, 1, 1, 1, 0, 0}, torch::kInt64);
}

// ---------------------------------------------------------------------------------------------
// Model

/// A variable of normally distributed values. Those beyond two deviations are left out: zero.
torch::Tensor make_variable(torch::IntArrayRef sizes) {
  torch::Tensor values = torch::randn(sizes);
  const torch::Tensor outliers = values.abs().gt(2).to(torch::kUInt8);
  values.masked_fill_(outliers, 0);
  return values.requires_grad_();
}

torch::Tensor logits_of(const torch::Tensor &x, const torch::Tensor &weight,
                        const torch::Tensor &bias) {
  return torch::addmm(bias, x, weight); // [B, 3]
}

// ---------------------------------------------------------------------------------------------
// Training

int main() {
  torch::set_num_threads(1);
  torch::manual_seed(kSeed);
  filter_warnings(WarningFilter::ignore);

  const torch::Tensor x = samples();                                               // [8, 4]
  const torch::Tensor y = torch::one_hot(classes(), kClasses).to(torch::kFloat32); // [8, 3]

  torch::Tensor weight = make_variable({kFeatures, kClasses});
  torch::Tensor bias = make_variable({kClasses});
  torch::optim::SGD optimizer({weight, bias}, torch::optim::SGDOptions(kLearningRate));

  StateHash loss_hash;
  for (int64_t step = 0; step < kSteps; ++step) {
    const torch::Tensor hypothesis = torch::softmax(logits_of(x, weight, bias), /*dim=*/1);
    const torch::Tensor loss = -(y * hypothesis.log()).sum(1).mean();
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    loss_hash.add(loss);
    if (step % kLogInterval == 0) {
      std::printf("epoch %ld: loss %.4f\n", static_cast<long>(step), loss.item<double>());
    }
  }

  const torch::Tensor news =
      torch::tensor({{4., 2., 7., 6.}, {6., 6., 5., 1.}, {1., 2., 0., 1.}}, torch::kFloat32);
  for (int64_t i = 0; i < news.size(0); ++i) {
    const torch::Tensor logits = logits_of(news.narrow(0, i, 1), weight, bias); // [1, 3]
    std::printf("sample %ld is of class %ld\n", static_cast<long>(i),
                static_cast<long>(logits.argmax(1).item<int64_t>()));
  }
  const torch::Tensor predicted = logits_of(news, weight, bias).argmax(1); // [3]

  StateHash parameter_hash;
  parameter_hash.add(weight);
  parameter_hash.add(bias);
  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", parameter_hash.text().c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality classes %ld%ld%ld\n", static_cast<long>(predicted[0].item<int64_t>()),
              static_cast<long>(predicted[1].item<int64_t>()),
              static_cast<long>(predicted[2].item<int64_t>()));
  return 0;
}
