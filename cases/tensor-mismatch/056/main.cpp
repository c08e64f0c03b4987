// Shows what filters of a convolutional network react to: for each, a picture is made from noise by
// gradient ascent on the filter's mean activation, small at first, then scaled up step by step. The
// pictures are written side by side to FOLDER/filters.pgm. Nothing is trained.

#include <torch/torch.h>

#include "common/pgm.h"
#include "common/state_hash.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

using torch::indexing::Slice;

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kFilters = 3;
constexpr int64_t kSide = 96; // of a finished picture
constexpr int64_t kUpscalings = 5;
constexpr double kUpscaling = 1.2;
constexpr int64_t kSteps = 15; // between two upscalings
constexpr uint64_t kSeed = 4;

// ---------------------------------------------------------------------------------------------
// Model: the first three blocks of a VGG network, narrow, with weights as training begins with.

torch::nn::Conv2d convolution(int64_t from, int64_t to) {
  torch::nn::Conv2d layer(torch::nn::Conv2dOptions(from, to, /*kernel_size=*/3).padding(1));
  torch::nn::init::kaiming_normal_(layer->weight, 0., torch::kFanIn, torch::kReLU);
  return layer;
}

torch::nn::Sequential make_vgg() { // [B, 3, H, W] to [B, 64, H / 4, W / 4]
  return torch::nn::Sequential(
      convolution(3, 32), torch::nn::ReLU(), convolution(32, 32), torch::nn::ReLU(),
      torch::nn::MaxPool2d(2), convolution(32, 48), torch::nn::ReLU(), convolution(48, 48),
      torch::nn::ReLU(), torch::nn::MaxPool2d(2), convolution(48, 64), torch::nn::ReLU(),
      convolution(64, 64), torch::nn::ReLU(), convolution(64, 64), torch::nn::ReLU());
}

// ---------------------------------------------------------------------------------------------
// Pictures

/// What the network sees as a picture: [1, 3, H, W] around 0 to [3, H, W], uint8, with contrast.
torch::Tensor to_picture(const torch::Tensor &image) {
  const torch::Tensor plain = image.detach().squeeze(0);
  const torch::Tensor even = (plain - plain.mean()) / (plain.std() + 1e-5);
  return (even * 0.25 + 0.5).clamp(0, 1).mul(255).to(torch::kUInt8);
}

/// [3, H, W] to [3, side, side], uint8
torch::Tensor resized(const torch::Tensor &picture, int64_t side) {
  const torch::Tensor batch = picture.to(torch::kFloat32).unsqueeze(0);
  const torch::Tensor larger = torch::upsample_bicubic2d(batch, {side, side}, false);
  return larger.squeeze(0).round().clamp(0, 255).to(torch::kUInt8);
}

/// [3, H, W], uint8, to values around 0
torch::Tensor from_picture(const torch::Tensor &picture) {
  return (picture.to(torch::kFloat32) / 255 - 0.5) / 0.25;
}

// ---------------------------------------------------------------------------------------------
// Gradient ascent

/// A picture that the filter of the last layer reacts to, [3, kSide, kSide], uint8.
torch::Tensor generate_filter_image(torch::nn::Sequential &vgg, int64_t filter,
                                    StateHash &loss_hash) {
  double side = kSide / std::pow(kUpscaling, kUpscalings);
  const int64_t first_side = static_cast<int64_t>(side);
  torch::Tensor image = 0.2 * torch::randn({1, 3, first_side, first_side});
  for (int64_t scale = 0; scale < kUpscalings; ++scale) {
    double loss_now = 0;
    for (int64_t step = 0; step < kSteps; ++step) {
      image.requires_grad_();
      const torch::Tensor loss =
          vgg->forward(image).index({Slice(), filter, Slice(2, -2), Slice(2, -2)}).mean();
      const torch::Tensor gradient = torch::autograd::grad({loss}, {image})[0];
      image = (image + gradient / (gradient.pow(2).mean().sqrt() + 1e-5)).detach();
      loss_hash.add(loss);
      loss_now = loss.item<double>();
    }
    std::printf("filter %ld, %ld pixels: activation %.4f\n", static_cast<long>(filter),
                static_cast<long>(image.size(-1)), loss_now);
    side *= kUpscaling;
    const torch::Tensor picture = resized(to_picture(image), std::lround(side));
    image = from_picture(picture);
  }
  return to_picture(image);
}

/// The pictures of the layer's first filters, [3, kSide, kFilters * kSide], uint8.
torch::Tensor visualize_layer(torch::nn::Sequential &vgg, StateHash &loss_hash) {
  std::vector<torch::Tensor> pictures;
  for (int64_t filter = 0; filter < kFilters; ++filter) {
    pictures.push_back(generate_filter_image(vgg, filter, loss_hash));
    std::printf("epoch %ld: filter %ld is done\n", static_cast<long>(filter + 1),
                static_cast<long>(filter));
  }
  return torch::cat(pictures, /*dim=*/2);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  torch::set_num_threads(1);
  torch::manual_seed(kSeed);

  torch::nn::Sequential vgg = make_vgg();
  StateHash loss_hash;
  const torch::Tensor mosaic = visualize_layer(vgg, loss_hash);
  write_pgm(std::string(argv[1]) + "/filters.pgm", mosaic.to(torch::kFloat32).mean(0) / 255);

  StateHash mosaic_hash;
  mosaic_hash.add(mosaic);
  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("mosaic %s\n", mosaic_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*vgg).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  return 0;
}
