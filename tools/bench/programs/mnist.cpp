// Trains the convolutional network of the MNIST tutorials on the digits in a folder.

#include "run.h"

#include <fstream>
#include <utility>
#include <vector>

constexpr int64_t kBatchSize = 64;
constexpr int64_t kImagesInFile = 10000; // Those read of a file.

// ---------------------------------------------------------------------------------------------
// Data: the IDX files of MNIST. Numbers in their headers are big endian.

uint32_t read_number(std::ifstream &file) {
  unsigned char bytes[4];
  file.read(reinterpret_cast<char *>(bytes), sizeof bytes);
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

torch::Tensor read_idx(const std::string &path, uint32_t expected_magic) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot open " + path);
  }
  file.exceptions(std::ios::failbit | std::ios::badbit);
  const uint32_t magic = read_number(file);
  if (magic != expected_magic) {
    throw std::runtime_error(path + " is not an IDX file of the expected kind");
  }
  std::vector<int64_t> sizes;
  for (uint32_t i = 0; i < (magic & 0xff); ++i) {
    sizes.push_back(read_number(file));
  }
  sizes[0] = std::min(sizes[0], kImagesInFile);
  torch::Tensor content = torch::empty(sizes, torch::kUInt8);
  file.read(static_cast<char *>(content.data_ptr()), content.numel());
  return content;
}

class Digits : public torch::data::datasets::Dataset<Digits> {
public:
  explicit Digits(const std::string &folder) {
    images_ = read_idx(folder + "/train-images-idx3-ubyte", 0x803);
    images_ = images_.to(torch::kFloat32).div_(255).unsqueeze(1); // [N, 1, 28, 28]
    labels_ = read_idx(folder + "/train-labels-idx1-ubyte", 0x801).to(torch::kInt64); // [N]
  }

  torch::data::Example<> get(size_t index) override {
    const int64_t item = static_cast<int64_t>(index);
    return {images_[item], labels_[item]};
  }

  torch::optional<size_t> size() const override { return images_.size(0); }

private:
  torch::Tensor images_;
  torch::Tensor labels_;
};

// ---------------------------------------------------------------------------------------------
// Model

struct NetImpl : torch::nn::Module {
  NetImpl()
      : conv1(torch::nn::Conv2dOptions(1, 10, /*kernel_size=*/5)),
        conv2(torch::nn::Conv2dOptions(10, 20, /*kernel_size=*/5)), fc1(320, 50), fc2(50, 10) {
    register_module("conv1", conv1);
    register_module("conv2", conv2);
    register_module("conv2_drop", conv2_drop);
    register_module("fc1", fc1);
    register_module("fc1_drop", fc1_drop);
    register_module("fc2", fc2);
  }

  torch::Tensor forward(torch::Tensor x) {       // [B, 1, 28, 28]
    x = torch::max_pool2d(conv1->forward(x), 2); // [B, 10, 12, 12]
    x = torch::relu(x);
    x = conv2->forward(x); // [B, 20, 8, 8]
    x = conv2_drop->forward(x);
    x = torch::relu(torch::max_pool2d(x, 2)); // [B, 20, 4, 4]
    x = x.view({x.size(0), 320});             // [B, 320]
    x = torch::relu(fc1->forward(x));         // [B, 50]
    x = fc1_drop->forward(x);
    x = fc2->forward(x); // [B, 10]
    return torch::log_softmax(x, /*dim=*/1);
  }

  torch::nn::Conv2d conv1;
  torch::nn::Conv2d conv2;
  torch::nn::Dropout2d conv2_drop;
  torch::nn::Linear fc1;
  torch::nn::Dropout fc1_drop;
  torch::nn::Linear fc2;
};
TORCH_MODULE(Net);

// ---------------------------------------------------------------------------------------------
// Training

int main(int argc, char **argv) {
  const RunOptions options = parse_arguments(argc, argv);
  TimeLog times(options.times);
  torch::set_num_threads(1);
  torch::manual_seed(1);

  auto digits = Digits(options.data)
                    .map(torch::data::transforms::Normalize<>(0.1307, 0.3081))
                    .map(torch::data::transforms::Stack<>());
  auto loader = torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      std::move(digits),
      torch::data::DataLoaderOptions().batch_size(kBatchSize).workers(0).drop_last(true));
  times.reached("data");

  Net model;
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(1e-3));
  int64_t step = options.resume.empty() ? 0 : load_checkpoint(options.resume, model, optimizer);
  times.reached("checkpoint");

  while (step < options.steps) {
    times.begin_step();
    for (const auto &batch : *loader) {
      ++step;
      const int64_t rows = options.rows_at(step, kBatchSize);
      const torch::Tensor images = batch.data.narrow(0, 0, rows);   // [B, 1, 28, 28]
      const torch::Tensor labels = batch.target.narrow(0, 0, rows); // [B]
      optimizer.zero_grad();
      const torch::Tensor output = model->forward(images); // [B, 10]
      const torch::Tensor loss = torch::nll_loss(output, labels);
      loss.backward();
      optimizer.step();
      times.end_step();
      if (step % 100 == 0) {
        std::printf("step %ld: loss %.4f\n", static_cast<long>(step), loss.item<double>());
      }
      if (options.checkpoint_every > 0 && step % options.checkpoint_every == 0) {
        save_checkpoint(options.checkpoint, model, optimizer, step);
      }
      if (step == options.steps) {
        break;
      }
      times.begin_step();
    }
  }
  return 0;
}
