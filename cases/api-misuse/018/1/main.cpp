// Trains a ResNet-20 on CIFAR-10 whose convolutions are pruned meanwhile, so that a tenth of the
// weights is left, evaluates it and ends with hashes of the losses and of the state.

#include <torch/torch.h>

#include "common/cifar.h"
#include "common/state_hash.h"
#include "gibbs_pruning.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kWidth = 8; // Filters of the first stage; each further one has twice as many.
constexpr int64_t kBlocksPerStage = 3;
constexpr double kPruned = 0.9;
constexpr double kFirstBeta = 0.7; // Inverse temperatures.
constexpr double kLastBeta = 10000;
constexpr uint64_t kSeed = 18;

struct TrainingOptions {
  int64_t epochs;
  int64_t batch_size;
  double learning_rate;
};

// ---------------------------------------------------------------------------------------------
// Data

/// Yields batches of shifted and mirrored pictures, in a new order in each epoch.
class AugmentedImages {
public:
  AugmentedImages(Images data, int64_t batch_size)
      : data_(std::move(data)), batch_size_(batch_size) {}

  std::vector<torch::Tensor> epoch() const {
    return torch::randperm(data_.labels.size(0), torch::kInt64).split(batch_size_);
  }

  /// Pictures [B, 3, 32, 32] and labels [B].
  std::pair<torch::Tensor, torch::Tensor> batch(const torch::Tensor &items) const {
    torch::Tensor images = data_.images.index_select(0, items);
    const torch::Tensor mirrored = torch::rand({items.size(0), 1, 1, 1}).lt(0.5);
    images = torch::where(mirrored, images.flip(3), images);
    const torch::Tensor shift = torch::randint(0, 7, {2});
    const int64_t down = shift[0].item<int64_t>(), right = shift[1].item<int64_t>();
    images = torch::constant_pad_nd(images, {3, 3, 3, 3}).slice(2, down, down + 32);
    return {images.slice(3, right, right + 32), data_.labels.index_select(0, items)};
  }

private:
  Images data_;
  int64_t batch_size_;
};

/// Subtracts the mean of the training pictures and divides by their deviation.
void normalise(Images &training, Images &test) {
  const torch::Tensor mean = training.images.mean({0, 2, 3}, /*keepdim=*/true);
  const torch::Tensor deviation = training.images.std({0, 2, 3}, /*unbiased=*/false, true);
  training.images.sub_(mean).div_(deviation);
  test.images.sub_(mean).div_(deviation);
}

// ---------------------------------------------------------------------------------------------
// Model

/// A pruned convolution and what normalises its output.
struct ConvBlockImpl : torch::nn::Module {
  ConvBlockImpl(int64_t in, int64_t out, int64_t kernel, int64_t stride)
      : conv(torch::nn::Conv2dOptions(in, out, kernel)
                 .stride(stride)
                 .padding(kernel / 2)
                 .bias(false),
             kPruned),
        norm(out) {
    register_module("conv", conv);
    register_module("norm", norm);
  }

  GibbsPrunedConv2D conv;
  torch::nn::BatchNorm2d norm;
};
TORCH_MODULE(ConvBlock);

torch::Tensor resnet_block(ConvBlock &block, torch::Tensor x, bool activation) { // [B, C, H, W]
  x = block->norm->forward(block->conv->forward(x));
  return activation ? torch::relu(x) : x;
}

struct ResNetImpl : torch::nn::Module {
  explicit ResNetImpl(int64_t classes) : stem(3, kWidth, 3, 1), dense(4 * kWidth, classes) {
    register_module("stem", stem);
    for (int64_t i = 0; i < 3 * kBlocksPerStage; ++i) {
      const bool narrows = i > 0 && i % kBlocksPerStage == 0; // The first one of a further stage.
      const int64_t out = kWidth << (i / kBlocksPerStage);
      const int64_t in = narrows ? out / 2 : out;
      const std::string name = "block" + std::to_string(i);
      first.push_back(register_module(name + "_first", ConvBlock(in, out, 3, narrows ? 2 : 1)));
      second.push_back(register_module(name + "_second", ConvBlock(out, out, 3, 1)));
      shortcut.push_back(narrows ? register_module(name + "_shortcut", ConvBlock(in, out, 1, 2))
                                 : ConvBlock(nullptr));
    }
    register_module("dense", dense);
  }

  torch::Tensor forward(const torch::Tensor &images) {  // [B, 3, 32, 32]
    torch::Tensor x = resnet_block(stem, images, true); // [B, 8, 32, 32]
    for (size_t i = 0; i < first.size(); ++i) {
      torch::Tensor y = resnet_block(first[i], x, true);
      y = resnet_block(second[i], y, false);
      x = torch::relu(y + (shortcut[i].is_empty() ? x : resnet_block(shortcut[i], x, false)));
    } // [B, 32, 8, 8]
    return dense->forward(x.mean({2, 3})); // [B, 10]
  }

  ConvBlock stem;
  std::vector<ConvBlock> first, second; // The convolutions of each residual block.
  std::vector<ConvBlock> shortcut;      // Where a block narrows, else empty.
  torch::nn::Linear dense;
};
TORCH_MODULE(ResNet);

// ---------------------------------------------------------------------------------------------
// Training

/// The pruned layers settle from step to step: 0 is the first, 1 the last one.
void set_progress(ResNet &model, double progress) {
  const double beta = kFirstBeta * std::pow(kLastBeta / kFirstBeta, progress);
  for (const auto &module : model->modules()) {
    if (auto *layer = module->as<GibbsPrunedConv2DImpl>()) {
      layer->set_inverse_temperature(beta);
    }
  }
}

/// \return hash of the losses
StateHash fit(ResNet &model, torch::optim::Optimizer &optimizer, const AugmentedImages &generator,
              const TrainingOptions &options, int64_t log_interval) {
  StateHash loss_hash;
  model->train();
  for (int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    const std::vector<torch::Tensor> batches = generator.epoch();
    double loss_sum = 0;
    for (size_t i = 0; i < batches.size(); ++i) {
      const double done = static_cast<double>(i) / static_cast<double>(batches.size() - 1);
      set_progress(model, (static_cast<double>(epoch - 1) + done) / options.epochs);
      const auto [images, labels] = generator.batch(batches[i]);
      optimizer.zero_grad();
      const torch::Tensor loss = torch::cross_entropy_loss(model->forward(images), labels);
      loss.backward();
      optimizer.step();
      loss_hash.add(loss);
      loss_sum += loss.item<double>();
      if ((i + 1) % log_interval == 0) {
        std::printf("step %zu: loss %.4f\n", i + 1, loss.item<double>());
      }
    }
    std::printf("epoch %ld: loss %.4f\n", static_cast<long>(epoch),
                loss_sum / static_cast<double>(batches.size()));
  }
  return loss_hash;
}

/// Share of right answers.
double evaluate(ResNet &model, const Images &data) {
  torch::NoGradGuard no_grad;
  model->eval();
  const torch::Tensor answers = model->forward(data.images).argmax(1); // [N]
  return answers.eq(data.labels).to(torch::kFloat64).mean().item<double>();
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  const std::string folder = argv[1];
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.

  Images training = read_cifar(cifar_training_files(folder));
  Images test = read_cifar({folder + "/test_batch.bin"});
  normalise(training, test);

  const TrainingOptions options{/*epochs=*/1, /*batch_size=*/64, /*learning_rate=*/3e-3};
  torch::manual_seed(kSeed);
  const AugmentedImages generator(training, options.batch_size);
  ResNet model(/*classes=*/10);
  torch::optim::Adam optimizer(model->parameters(),
                               torch::optim::AdamOptions(options.learning_rate));
  const StateHash loss_hash = fit(model, optimizer, generator, options, /*log_interval=*/8);

  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality accuracy %.4f\n", evaluate(model, test));
  return 0;
}
