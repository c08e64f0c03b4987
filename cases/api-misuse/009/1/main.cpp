// Trains a generative adversarial network on the digits in DATA_FOLDER: the generator draws
// pictures from noise, the discriminator is to tell them from digits. Writes a sheet of drawn
// pictures into PICTURES_FOLDER every 50 iterations.

#include <torch/torch.h>

#include "common/idx.h"
#include "common/pgm.h"
#include "common/state_hash.h"

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

// ---------------------------------------------------------------------------------------------
// Configuration: settings whose types are known when the program runs, as those of a file are.

using Settings = std::map<std::string, c10::IValue>;

Settings default_settings() {
  return {{"iterations", 250}, {"interval", 50},        {"batch", 32},  {"noise", 100},
          {"pixels", 28 * 28}, {"learning_rate", 2e-4}, {"beta1", 0.5}, {"slope", 0.2}};
}

constexpr uint64_t kSeed = 1;
constexpr int64_t kSheetSide = 5; // pictures

double number(const c10::IValue &value) {
  return value.isInt() ? static_cast<double>(value.toInt()) : value.toDouble();
}

/// A quotient as formulas have it: 3.5 for 7 and 2.
c10::IValue operator/(const c10::IValue &dividend, const c10::IValue &divisor) {
  return number(dividend) / number(divisor);
}

/// A quotient of whole numbers, a whole number: 3 for 7 and 2.
c10::IValue whole_quotient(const c10::IValue &dividend, const c10::IValue &divisor) {
  return dividend.toInt() / divisor.toInt();
}

// ---------------------------------------------------------------------------------------------
// Models

class Gan {
public:
  Gan(const std::string &data_folder, const std::string &pictures_folder)
      : settings_(default_settings()), pictures_folder_(pictures_folder) {
    digits_ = read_digits(data_folder, "train").images.flatten(1).mul(2).sub(1); // [N, 784], -1..1
    discriminator_ = make_discriminator();
    generator_ = make_generator();
  }

  void train();

private:
  torch::nn::Sequential make_discriminator() {
    const int64_t pixels = settings_["pixels"].toInt();
    torch::nn::Sequential model; // [B, 784]
    model->push_back(torch::nn::Linear(pixels, pixels));
    model->push_back(leaky_relu());
    const int64_t width = whole_quotient(settings_["pixels"], 2).toInt();
    model->push_back(torch::nn::Linear(pixels, width)); // [B, 392]
    model->push_back(leaky_relu());
    model->push_back(torch::nn::Linear(width, 1));
    model->push_back(torch::nn::Sigmoid());
    return model; // [B, 1]
  }

  torch::nn::Sequential make_generator() {
    int64_t inputs = settings_["noise"].toInt();
    torch::nn::Sequential model; // [B, 100]
    for (const int64_t outputs : {256, 512, 1024}) {
      model->push_back(torch::nn::Linear(inputs, outputs));
      model->push_back(leaky_relu());
      model->push_back(
          torch::nn::BatchNorm1d(torch::nn::BatchNorm1dOptions(outputs).momentum(0.2)));
      inputs = outputs;
    }
    model->push_back(torch::nn::Linear(inputs, settings_["pixels"].toInt()));
    model->push_back(torch::nn::Tanh());
    return model; // [B, 784]
  }

  torch::nn::LeakyReLU leaky_relu() {
    const double slope = settings_["slope"].toDouble();
    return torch::nn::LeakyReLU(torch::nn::LeakyReLUOptions().negative_slope(slope));
  }

  torch::optim::AdamOptions adam_options() {
    return torch::optim::AdamOptions(settings_["learning_rate"].toDouble())
        .betas({settings_["beta1"].toDouble(), 0.999});
  }

  void write_sheet(int64_t iteration);

  Settings settings_;
  std::string pictures_folder_;
  torch::Tensor digits_;
  torch::nn::Sequential discriminator_{nullptr};
  torch::nn::Sequential generator_{nullptr};
};

/// Writes pictures drawn from new noise, side by side.
void Gan::write_sheet(int64_t iteration) {
  torch::NoGradGuard no_grad;
  generator_->eval();
  const torch::Tensor noise = torch::randn({kSheetSide * kSheetSide, settings_["noise"].toInt()});
  torch::Tensor sheet = generator_->forward(noise).add(1).div(2);       // [25, 784]
  sheet = sheet.view({kSheetSide, kSheetSide, 28, 28}).transpose(1, 2); // [5, 28, 5, 28]
  generator_->train();
  write_pgm(pictures_folder_ + "/iteration-" + std::to_string(iteration) + ".pgm",
            sheet.reshape({kSheetSide * 28, kSheetSide * 28}));
}

// ---------------------------------------------------------------------------------------------
// Training

void Gan::train() {
  torch::optim::Adam discriminator_optimizer(discriminator_->parameters(), adam_options());
  torch::optim::Adam generator_optimizer(generator_->parameters(), adam_options());

  StateHash loss_hash;
  const int64_t iterations = settings_["iterations"].toInt();
  for (int64_t iteration = 1; iteration <= iterations; ++iteration) {
    // The discriminator learns from a batch of which one half is digits, the other drawn.
    const int64_t first_bound = digits_.size(0) - number(settings_["batch"] / 2);
    const torch::Tensor first = torch::randint(first_bound, {1});
    const torch::Tensor indices = first + torch::arange((settings_["batch"] / 2).toScalar());
    const torch::Tensor digits = digits_.index({indices}); // [16, 784]
    const torch::Tensor noise =
        torch::randn({(settings_["batch"] / 2).toInt(), settings_["noise"].toInt()});
    const torch::Tensor drawn = generator_->forward(noise).detach(); // [16, 784]
    const torch::Tensor labels = torch::cat({torch::ones({(settings_["batch"] / 2).toInt(), 1}),
                                             torch::zeros({(settings_["batch"] / 2).toInt(), 1})});
    discriminator_optimizer.zero_grad();
    const torch::Tensor judged = discriminator_->forward(torch::cat({digits, drawn})); // [32, 1]
    const torch::Tensor discriminator_loss = torch::binary_cross_entropy(judged, labels);
    discriminator_loss.backward();
    discriminator_optimizer.step();

    // The generator learns from a whole batch: all of it is to pass for digits.
    const int64_t batch = settings_["batch"].toInt();
    generator_optimizer.zero_grad();
    const torch::Tensor pictures =
        generator_->forward(torch::randn({batch, settings_["noise"].toInt()})); // [32, 784]
    const torch::Tensor generator_loss =
        torch::binary_cross_entropy(discriminator_->forward(pictures), torch::ones({batch, 1}));
    generator_loss.backward();
    generator_optimizer.step();

    loss_hash.add(discriminator_loss);
    loss_hash.add(generator_loss);
    if (iteration % settings_["interval"].toInt() == 0) {
      std::printf("epoch %ld: discriminator loss %.4f, generator loss %.4f\n",
                  static_cast<long>(iteration), discriminator_loss.item<double>(),
                  generator_loss.item<double>());
      write_sheet(iteration);
    }
  }

  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s %s\n", hash_parameters(*discriminator_).c_str(),
              hash_parameters(*generator_).c_str());
  std::printf("optimizer %s %s\n", hash_optimizer(discriminator_optimizer).c_str(),
              hash_optimizer(generator_optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
}

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER PICTURES_FOLDER\n", argv[0]);
    return 2;
  }
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  torch::manual_seed(kSeed);

  Gan gan(argv[1], argv[2]);
  gan.train();
  return 0;
}
