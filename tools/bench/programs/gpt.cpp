// Trains a small GPT on the characters of a text: 4 layers, 128 wide, 4 heads; AdamW with warm-up
// and cosine decay. Measures the loss on text that was held out and writes some text of its own at
// the end.

#include "run.h"
#include "text.h"

#include <cmath>
#include <limits>
#include <numeric>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr int64_t kBatchSize = 8;
constexpr int64_t kContext = 64;
constexpr int64_t kLayers = 4;
constexpr int64_t kWidth = 128;
constexpr int64_t kHeads = 4;
constexpr int64_t kHeadWidth = kWidth / kHeads;
constexpr double kDropout = 0.1;

// ---------------------------------------------------------------------------------------------
// Model. Shapes: B rows, T characters of context, W wide, H heads, D wide each, C characters.

struct AttentionImpl : torch::nn::Module {
  AttentionImpl() : query_key_value(kWidth, 3 * kWidth), projection(kWidth, kWidth) {
    register_module("query_key_value", query_key_value);
    register_module("projection", projection);
    const torch::Tensor ones = torch::ones({kContext, kContext});
    mask = register_buffer("mask", torch::triu(ones, /*diagonal=*/1).to(torch::kBool)); // [T, T]
  }

  torch::Tensor forward(const torch::Tensor &x) { // [B, T, W]
    const int64_t rows = x.size(0);
    const int64_t times = x.size(1);

    // Queries, keys and values of all heads in one product.
    const std::vector<torch::Tensor> parts = query_key_value->forward(x).chunk(3, /*dim=*/2);
    torch::Tensor query = parts[0]; // [B, T, W]
    torch::Tensor key = parts[1];   // [B, T, W]
    torch::Tensor value = parts[2]; // [B, T, W]

    // Each head sees a part of the width.
    query = query.view({rows, times, kHeads, kHeadWidth});
    query = query.transpose(1, 2); // [B, H, T, D]
    key = key.view({rows, times, kHeads, kHeadWidth});
    key = key.transpose(1, 2); // [B, H, T, D]
    value = value.view({rows, times, kHeads, kHeadWidth});
    value = value.transpose(1, 2); // [B, H, T, D]

    // How much each character looks at each one before it.
    const double scale = 1.0 / std::sqrt(static_cast<double>(kHeadWidth));
    torch::Tensor scores = torch::matmul(query, key.transpose(2, 3)); // [B, H, T, T]
    scores = scores * scale;
    if (times > 1) {
      const torch::Tensor later = mask.slice(0, 0, times).slice(1, 0, times); // [T, T]
      scores = scores.masked_fill(later, -std::numeric_limits<float>::infinity());
    }
    torch::Tensor weights = torch::softmax(scores, /*dim=*/-1); // [B, H, T, T]
    if (is_training()) {
      weights = torch::dropout(weights, kDropout, /*train=*/true);
    }

    // What was looked at, the heads side by side again.
    torch::Tensor seen = torch::matmul(weights, value); // [B, H, T, D]
    seen = seen.transpose(1, 2).contiguous();           // [B, T, H, D]
    seen = seen.view({rows, times, kWidth});            // [B, T, W]

    torch::Tensor y = projection->forward(seen); // [B, T, W]
    return torch::dropout(y, kDropout, is_training());
  }

  torch::nn::Linear query_key_value;
  torch::nn::Linear projection;
  torch::Tensor mask;
};
TORCH_MODULE(Attention);

struct BlockImpl : torch::nn::Module {
  BlockImpl()
      : norm1(torch::nn::LayerNormOptions({kWidth})), norm2(torch::nn::LayerNormOptions({kWidth})),
        widen(kWidth, 4 * kWidth), narrow(4 * kWidth, kWidth) {
    register_module("norm1", norm1);
    register_module("attention", attention);
    register_module("norm2", norm2);
    register_module("widen", widen);
    register_module("narrow", narrow);
  }

  torch::Tensor forward(torch::Tensor x) { // [B, T, W]
    x = x + attention->forward(norm1->forward(x));
    const torch::Tensor wide = torch::gelu(widen->forward(norm2->forward(x))); // [B, T, 4 W]
    return x + torch::dropout(narrow->forward(wide), kDropout, is_training());
  }

  torch::nn::LayerNorm norm1;
  Attention attention;
  torch::nn::LayerNorm norm2;
  torch::nn::Linear widen;
  torch::nn::Linear narrow;
};
TORCH_MODULE(Block);

struct GptImpl : torch::nn::Module {
  explicit GptImpl(int64_t characters)
      : character_embedding(characters, kWidth), position_embedding(kContext, kWidth),
        norm(torch::nn::LayerNormOptions({kWidth})),
        head(torch::nn::LinearOptions(kWidth, characters).bias(false)) {
    register_module("character_embedding", character_embedding);
    register_module("position_embedding", position_embedding);
    register_module("blocks", blocks);
    for (int64_t i = 0; i < kLayers; ++i) {
      blocks->push_back(Block());
    }
    register_module("norm", norm);
    register_module("head", head);
  }

  torch::Tensor flat(const torch::Tensor &x) { // [B, T, W]
    return x.reshape({x.size(0) * x.size(1), kWidth});
  }

  torch::Tensor forward(const torch::Tensor &characters) { // [B, T]
    const torch::Tensor positions = torch::arange(characters.size(1), torch::kInt64);
    torch::Tensor x = character_embedding->forward(characters); // [B, T, W]
    x = torch::dropout(x + position_embedding->forward(positions), kDropout, is_training());
    for (const auto &block : *blocks) {
      x = block->as<Block>()->forward(x);
    }
    return head->forward(flat(norm->forward(x))); // [B * T, C]
  }

  torch::nn::Embedding character_embedding;
  torch::nn::Embedding position_embedding;
  torch::nn::ModuleList blocks;
  torch::nn::LayerNorm norm;
  torch::nn::Linear head;
};
TORCH_MODULE(Gpt);

// ---------------------------------------------------------------------------------------------
// Training

int main(int argc, char **argv) {
  const RunOptions options = parse_arguments(argc, argv);
  TimeLog times(options.times);
  torch::set_num_threads(1);
  torch::manual_seed(1);

  // How the learning rate goes, and what is done how often.
  const double largest_rate = 1e-3;
  const double smallest_rate = 1e-4;
  const int64_t warm_up_steps = 20;
  const int64_t decay_steps = 2000;
  const double clip_at = 1.0;
  const int64_t log_interval = 20;
  const int64_t test_interval = 500;
  const int64_t test_batches = 4;
  const int64_t sample_length = 32;

  const Text text(options.data, kBatchSize, kContext);
  const int64_t all_batches = text.steps_per_epoch();
  const int64_t training_batches = all_batches - test_batches;
  if (training_batches < 1) {
    std::fprintf(stderr, "%s is too short: %ld batches\n", options.data.c_str(),
                 static_cast<long>(all_batches));
    return 2;
  }
  times.reached("data");

  Gpt model(text.characters());
  // Matrices decay; biases and what normalises do not.
  std::vector<torch::Tensor> decayed;
  std::vector<torch::Tensor> not_decayed;
  for (const auto &entry : model->named_parameters()) {
    if (entry.value().dim() >= 2) {
      decayed.push_back(entry.value());
    } else {
      not_decayed.push_back(entry.value());
    }
  }
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.emplace_back(decayed, std::make_unique<torch::optim::AdamWOptions>(
                                   torch::optim::AdamWOptions(largest_rate).weight_decay(0.1)));
  groups.emplace_back(not_decayed, std::make_unique<torch::optim::AdamWOptions>(
                                       torch::optim::AdamWOptions(largest_rate).weight_decay(0.0)));
  torch::optim::AdamW optimizer(groups, torch::optim::AdamWOptions(largest_rate));
  int64_t parameters = 0;
  for (const torch::Tensor &parameter : model->parameters()) {
    parameters += parameter.numel();
  }

  int64_t step = 0;
  if (!options.resume.empty()) {
    step = load_checkpoint(options.resume, model, optimizer);
    std::printf("going on behind step %ld\n", static_cast<long>(step));
  }
  times.reached("checkpoint");
  std::printf("%ld parameters, %ld batches an epoch\n", static_cast<long>(parameters),
              static_cast<long>(training_batches));

  double best_test_loss = std::numeric_limits<double>::infinity();
  double smooth_loss = 0;
  int64_t right = 0;
  int64_t seen = 0;
  while (step < options.steps) {
    times.begin_step();
    ++step;

    // The learning rate: a straight line up, half a cosine down.
    double rate = smallest_rate;
    if (step <= warm_up_steps) {
      rate = largest_rate * static_cast<double>(step) / static_cast<double>(warm_up_steps);
    } else if (step <= decay_steps) {
      const double share = static_cast<double>(step - warm_up_steps) /
                           static_cast<double>(decay_steps - warm_up_steps);
      rate = smallest_rate + 0.5 * (1.0 + std::cos(M_PI * share)) * (largest_rate - smallest_rate);
    }
    for (auto &group : optimizer.param_groups()) {
      static_cast<torch::optim::AdamWOptions &>(group.options()).lr(rate);
    }

    // Forward and backward.
    const int64_t rows = options.rows_at(step, kBatchSize);
    const int64_t batch = step % training_batches;
    const torch::Tensor inputs = text.inputs(batch, rows);   // [B, T]
    const torch::Tensor targets = text.targets(batch, rows); // [B * T]
    const torch::Tensor output = model->forward(inputs);     // [B * T, C]
    const torch::Tensor loss = torch::cross_entropy_loss(output, targets);
    optimizer.zero_grad();
    loss.backward();
    torch::nn::utils::clip_grad_norm_(model->parameters(), clip_at);
    optimizer.step();

    // How many characters were guessed.
    const torch::Tensor guessed = output.argmax(1).view({rows, kContext}); // [B, T]
    right += guessed.eq(targets.view({rows, kContext})).sum().item<int64_t>();
    seen += rows * kContext;
    const double loss_value = loss.item<double>();
    if (std::isnan(loss_value)) {
      std::fprintf(stderr, "step %ld: the loss is not a number\n", static_cast<long>(step));
      return 1;
    }
    smooth_loss = step == 1 ? loss_value : 0.9 * smooth_loss + 0.1 * loss_value;
    times.end_step();

    if (step % log_interval == 0) {
      std::printf("step %ld: loss %.4f, smoothed %.4f, right %.3f, rate %.2e\n",
                  static_cast<long>(step), loss_value, smooth_loss,
                  static_cast<double>(right) / static_cast<double>(seen), rate);
      right = 0;
      seen = 0;
    }

    // The loss on the text held out.
    if (step % test_interval == 0) {
      const torch::NoGradGuard no_grad;
      model->eval();
      double test_loss = 0;
      for (int64_t i = 0; i < test_batches; ++i) {
        const torch::Tensor test_inputs = text.inputs(training_batches + i, kBatchSize);
        const torch::Tensor test_targets = text.targets(training_batches + i, kBatchSize);
        const torch::Tensor test_output = model->forward(test_inputs);
        test_loss += torch::cross_entropy_loss(test_output, test_targets).item<double>();
      }
      test_loss /= static_cast<double>(test_batches);
      const bool better = test_loss < best_test_loss;
      best_test_loss = better ? test_loss : best_test_loss;
      std::printf("step %ld: test loss %.4f%s\n", static_cast<long>(step), test_loss,
                  better ? ", the best" : "");
      model->train();
    }

    if (options.checkpoint_every > 0 && step % options.checkpoint_every == 0) {
      save_checkpoint(options.checkpoint, model, optimizer, step);
    }
  }

  // Some text of its own.
  const torch::NoGradGuard no_grad;
  model->eval();
  torch::Tensor written = text.inputs(0, 1).narrow(1, 0, 8); // [1, 8]
  for (int64_t i = 0; i < sample_length; ++i) {
    const int64_t begin = std::max<int64_t>(0, written.size(1) - kContext);
    const torch::Tensor output = model->forward(written.slice(1, begin));        // [T, C]
    const torch::Tensor share = torch::softmax(output.select(0, -1), /*dim=*/0); // [C]
    written = torch::cat({written, torch::multinomial(share, 1).view({1, 1})}, 1);
  }
  std::string characters;
  for (int64_t i = 0; i < written.size(1); ++i) {
    characters += text.character(written[0][i].item<int64_t>());
  }
  std::printf("it writes: %s\n", characters.c_str());
  return 0;
}
