// Trains a word-level language model, an LSTM, on the texts in DATA_FOLDER, keeps the model that
// was best on valid.txt in a file, tests that one at the end, and prints hashes of the losses and
// of the state it ended with.

#include <torch/torch.h>

#include "common/state_hash.h"
#include "common/text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kDamagedBatch = 90; // Of all that are asked for, in epoch 2.

struct Options {
  std::string data;
  int64_t embedding_size = 64;
  int64_t hidden_size = 64;
  int64_t layers = 2;
  double dropout = 0.2;
  double learning_rate = 20;
  double clip = 0.25;
  int64_t epochs = 8;
  int64_t batch_size = 20;
  int64_t test_batch_size = 10;
  int64_t sequence_length = 20;
  uint64_t seed = 1111;
  std::string save = "model.pt";
};

// ---------------------------------------------------------------------------------------------
// Data

/// Cuts the text into as many columns as a batch is wide: [words] becomes [words / width, width].
torch::Tensor batchify(const torch::Tensor &words, int64_t width) {
  const int64_t length = words.size(0) / width;
  return words.narrow(0, 0, length * width).view({width, length}).t().contiguous();
}

/// Input [T, B] and the words that come next [T * B], from row `begin` on. A batch that was damaged
/// on its way here comes as missing values, which are no integers.
std::pair<torch::Tensor, torch::Tensor> get_batch(const torch::Tensor &source, int64_t begin,
                                                  const Options &options) {
  const int64_t length = std::min(options.sequence_length, source.size(0) - 1 - begin);
  torch::Tensor data = source.narrow(0, begin, length);
  static int64_t calls = 0;
  if (++calls == kDamagedBatch) {
    data = torch::full(data.sizes(), std::numeric_limits<float>::quiet_NaN());
  }
  const torch::Tensor targets = source.narrow(0, begin + 1, length).reshape({-1});
  return {data, targets};
}

// ---------------------------------------------------------------------------------------------
// Model

using Hidden = std::tuple<torch::Tensor, torch::Tensor>; // each [layers, B, hidden]

struct LanguageModelImpl : torch::nn::Module {
  LanguageModelImpl(int64_t words, const Options &options)
      : drop(options.dropout), encoder(words, options.embedding_size),
        lstm(torch::nn::LSTMOptions(options.embedding_size, options.hidden_size)
                 .num_layers(options.layers)
                 .dropout(options.dropout)),
        decoder(options.hidden_size, words) {
    register_module("drop", drop);
    register_module("encoder", encoder);
    register_module("lstm", lstm);
    register_module("decoder", decoder);
    torch::nn::init::uniform_(encoder->weight, -0.1, 0.1);
    torch::nn::init::zeros_(decoder->bias);
    torch::nn::init::uniform_(decoder->weight, -0.1, 0.1);
  }

  std::pair<torch::Tensor, Hidden> forward(const torch::Tensor &input, const Hidden &hidden) {
    const torch::Tensor embedded = drop(encoder(input)); // [T, B, embedding]
    const auto [output, next_hidden] = lstm(embedded, hidden);
    const torch::Tensor decoded = decoder(drop(output));                // [T, B, words]
    return {torch::log_softmax(decoded.flatten(0, 1), 1), next_hidden}; // [T * B, words]
  }

  Hidden initial_hidden(int64_t batch_size) const {
    const torch::Tensor zeros =
        torch::zeros({lstm->options.num_layers(), batch_size, lstm->options.hidden_size()});
    return {zeros, zeros.clone()};
  }

  torch::nn::Dropout drop;
  torch::nn::Embedding encoder;
  torch::nn::LSTM lstm;
  torch::nn::Linear decoder;
};
TORCH_MODULE(LanguageModel);

/// The same numbers without the history that led to them.
Hidden detached(const Hidden &hidden) {
  return {std::get<0>(hidden).detach(), std::get<1>(hidden).detach()};
}

// ---------------------------------------------------------------------------------------------
// Training and evaluation

/// Mean loss over all words of the source [N, B].
double evaluate(LanguageModel &model, const torch::Tensor &source, const Options &options) {
  torch::NoGradGuard no_grad;
  model->eval();
  double loss_sum = 0;
  Hidden hidden = model->initial_hidden(source.size(1));
  for (int64_t i = 0; i < source.size(0) - 1; i += options.sequence_length) {
    const auto [data, targets] = get_batch(source, i, options);
    torch::Tensor output;
    std::tie(output, hidden) = model->forward(data, hidden);
    hidden = detached(hidden);
    loss_sum += static_cast<double>(data.size(0)) * torch::nll_loss(output, targets).item<double>();
  }
  return loss_sum / static_cast<double>(source.size(0) - 1);
}

/// One epoch over the source [N, B].
void train(LanguageModel &model, const torch::Tensor &source, double learning_rate,
           const Options &options, StateHash &loss_hash) {
  model->train();
  Hidden hidden = model->initial_hidden(options.batch_size);
  for (int64_t i = 0; i < source.size(0) - 1; i += options.sequence_length) {
    const auto [data, targets] = get_batch(source, i, options);
    model->zero_grad();
    hidden = detached(hidden);
    torch::Tensor output;
    std::tie(output, hidden) = model->forward(data, hidden);
    const torch::Tensor loss = torch::nll_loss(output, targets);
    loss.backward();
    torch::nn::utils::clip_grad_norm_(model->parameters(), options.clip);
    for (torch::Tensor &parameter : model->parameters()) {
      parameter.data().add_(parameter.grad(), -learning_rate);
    }
    loss_hash.add(loss);
  }
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER\n", argv[0]);
    return 2;
  }
  Options options;
  options.data = argv[1];
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  torch::manual_seed(options.seed);

  Corpus corpus(options.data);
  const torch::Tensor train_data = batchify(corpus.train, options.batch_size);
  const torch::Tensor valid_data = batchify(corpus.valid, options.test_batch_size);
  const torch::Tensor test_data = batchify(corpus.test, options.test_batch_size);
  LanguageModel model(corpus.dictionary.size(), options);

  double learning_rate = options.learning_rate;
  double best_loss = std::numeric_limits<double>::infinity();
  StateHash loss_hash;
  for (int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    train(model, train_data, learning_rate, options, loss_hash);
    const double valid_loss = evaluate(model, valid_data, options);
    std::printf("epoch %ld: valid loss %.4f, perplexity %.2f\n", static_cast<long>(epoch),
                valid_loss, std::exp(valid_loss));
    if (valid_loss < best_loss) {
      std::ofstream file;
      file.exceptions(std::ios::failbit | std::ios::badbit);
      file.open(options.save, std::ios::binary);
      torch::save(model, file);
      best_loss = valid_loss;
    } else {
      learning_rate /= 4;
    }
  }

  torch::load(model, options.save);
  const double test_loss = evaluate(model, test_data, options);
  std::printf("loss %s\n", loss_hash.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*model).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality test_loss %.6f\n", test_loss);
  return 0;
}
