// Trains a gated PixelCNN on the digits in DATA_FOLDER, at half their size: it predicts each pixel
// from those above it and to its left. After the epoch it draws digits pixel by pixel and plots
// them into PICTURES_FOLDER.

#include <torch/torch.h>

#include "common/idx.h"
#include "common/state_hash.h"
#include "fit.h"
#include "plot.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kImages = 1920;
constexpr int64_t kSide = 14; // pixels
constexpr int64_t kLevels = 256;
constexpr int64_t kHidden = 16;
constexpr int64_t kBlocks = 2;
constexpr int64_t kBatchSize = 16;
constexpr int64_t kEpochs = 1;
constexpr int64_t kDrawnImages = 4;
constexpr double kLearningRate = 2e-3;
constexpr uint64_t kSeed = 1;

// ---------------------------------------------------------------------------------------------
// Model, after van den Oord et al., "Conditional image generation with PixelCNN decoders"

/// A convolution whose kernel, [rows, columns] with the pixel itself in the middle, ends with the
/// last row and the last column that it may see.
struct MaskedConv2dImpl : torch::nn::Module {
  MaskedConv2dImpl(int64_t inputs, int64_t outputs, int64_t rows, int64_t columns,
                   int64_t visible_rows, int64_t visible_columns)
      : conv(torch::nn::Conv2dOptions(inputs, outputs, {rows, columns})) {
    register_module("conv", conv);
    mask = register_buffer("mask", torch::zeros({rows, columns}));
    mask.narrow(0, 0, visible_rows).narrow(1, 0, visible_columns).fill_(1);
  }

  torch::Tensor forward(const torch::Tensor &x) { // [B, inputs, H, W]
    return torch::conv2d(x, conv->weight * mask, conv->bias, /*stride=*/1,
                         /*padding=*/"same");
  }

  torch::nn::Conv2d conv;
  torch::Tensor mask;
};
TORCH_MODULE(MaskedConv2d);

/// The vertical stack sees all rows above a pixel, the horizontal one what stands left of it.
struct Stacks {
  torch::Tensor vertical;   // [B, C, H, W]
  torch::Tensor horizontal; // [B, C, H, W]
};

struct GatedBlockImpl : torch::nn::Module {
  /// The first block sees nothing of the pixel itself; the others do, and have a residual.
  GatedBlockImpl(int64_t inputs, int64_t kernel, bool is_first)
      : first(is_first), vertical(inputs, 2 * kHidden, kernel, kernel, kernel / 2 + !first, kernel),
        horizontal(inputs, 2 * kHidden, 1, kernel, 1, kernel / 2 + !first),
        vertical_to_horizontal(torch::nn::Conv2dOptions(2 * kHidden, 2 * kHidden, 1)),
        out(torch::nn::Conv2dOptions(kHidden, kHidden, 1)) {
    register_module("vertical", vertical);
    register_module("horizontal", horizontal);
    register_module("vertical_to_horizontal", vertical_to_horizontal);
    register_module("out", out);
  }

  Stacks forward(const Stacks &x) {
    const torch::Tensor v = vertical->forward(x.vertical); // [B, 2 hidden, H, W]
    const torch::Tensor h = horizontal->forward(x.horizontal) + vertical_to_horizontal->forward(v);
    const torch::Tensor result = out->forward(gate(h)); // [B, hidden, H, W]
    return {gate(v), first ? result : result + x.horizontal};
  }

  static torch::Tensor gate(const torch::Tensor &x) { // [B, 2 hidden, H, W]
    const std::vector<torch::Tensor> halves = x.chunk(2, /*dim=*/1);
    return torch::tanh(halves[0]) * torch::sigmoid(halves[1]); // [B, hidden, H, W]
  }

  bool first;
  MaskedConv2d vertical;
  MaskedConv2d horizontal;
  torch::nn::Conv2d vertical_to_horizontal;
  torch::nn::Conv2d out;
};
TORCH_MODULE(GatedBlock);

struct PixelCnnImpl : torch::nn::Module {
  PixelCnnImpl()
      : head1(torch::nn::Conv2dOptions(kHidden, kHidden, 1)),
        head2(torch::nn::Conv2dOptions(kHidden, kLevels, 1)) {
    blocks->push_back(GatedBlock(1, 7, /*is_first=*/true));
    for (int64_t i = 0; i < kBlocks; ++i) {
      blocks->push_back(GatedBlock(kHidden, 3, /*is_first=*/false));
    }
    register_module("blocks", blocks);
    register_module("head1", head1);
    register_module("head2", head2);
  }

  torch::Tensor forward(const torch::Tensor &x) { // [B, 1, H, W]
    Stacks stacks{x, x};
    for (const auto &block : *blocks) {
      stacks = block->as<GatedBlock>()->forward(stacks);
    }
    const torch::Tensor y = torch::relu(head1->forward(torch::relu(stacks.horizontal)));
    return head2->forward(y); // [B, 256, H, W]
  }

  torch::nn::ModuleList blocks;
  torch::nn::Conv2d head1;
  torch::nn::Conv2d head2;
};
TORCH_MODULE(PixelCnn);

// ---------------------------------------------------------------------------------------------
// Drawing

/// Draws digits pixel by pixel, each from what the model says of it, and plots them.
void plot_img(PixelCnn &model, const std::string &folder, int64_t epoch) {
  torch::NoGradGuard no_grad;
  model->eval();
  torch::Tensor images = torch::zeros({kDrawnImages, 1, kSide, kSide});
  for (int64_t row = 0; row < kSide; ++row) {
    for (int64_t column = 0; column < kSide; ++column) {
      const torch::Tensor logits = model->forward(images); // [4, 256, 14, 14]
      const torch::Tensor chances = torch::softmax(logits.select(3, column).select(2, row), 1);
      const torch::Tensor levels = torch::multinomial(chances, 1); // [4, 1]
      images.select(3, column).select(2, row).copy_(levels.to(torch::kFloat32).div(kLevels - 1));
    }
  }
  const torch::Tensor sheet = images.squeeze(1).permute({1, 0, 2}); // [14, 4, 14]

  auto [figure, axes] = subplots(1, 1);
  std::get<std::vector<Axes>>(axes)[0].imshow(sheet.reshape({kSide, kDrawnImages * kSide}));
  figure.savefig(folder + "/epoch-" + std::to_string(epoch) + ".pgm");
  std::printf("drawn %ld digits, mean %.4f\n", static_cast<long>(kDrawnImages),
              images.mean().item<double>());
}

// ---------------------------------------------------------------------------------------------
// Training

torch::Tensor cross_entropy(const torch::Tensor &logits, const torch::Tensor &levels) {
  return torch::nn::functional::cross_entropy(logits, levels);
}

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER PICTURES_FOLDER\n", argv[0]);
    return 2;
  }
  const std::string pictures_folder = argv[2];
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  torch::manual_seed(kSeed);

  const torch::Tensor digits = read_digits(argv[1], "train").images.narrow(0, 0, kImages);
  const torch::Tensor images = torch::avg_pool2d(digits, 2); // [N, 1, 14, 14]
  const torch::Tensor levels = images.mul(kLevels - 1).squeeze(1).to(torch::kInt64); // [N, 14, 14]

  PixelCnn model;
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(kLearningRate));
  const std::vector<Callback> callbacks = {
      [&](int64_t epoch) { plot_img(model, pictures_folder, epoch); }};
  const std::vector<torch::Tensor> losses =
      fit(model, optimizer, cross_entropy, images, levels, kEpochs, kBatchSize, callbacks);

  StateHash loss_hash;
  for (const torch::Tensor &loss : losses) {
    loss_hash.add(loss);
  }
  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  return 0;
}
