// Trains an LSTM language model on the characters of a text.

#include "run.h"
#include "text.h"

constexpr int64_t kBatchSize = 16;
constexpr int64_t kContext = 24;
constexpr int64_t kWidth = 128;

struct CellImpl : torch::nn::Module {
  CellImpl(int64_t inputs, int64_t width) : gates(inputs + width, 4 * width) {
    register_module("gates", gates);
  }

  torch::Tensor forward(const torch::Tensor &x) { // [B, T, inputs]
    const int64_t rows = x.size(0);
    const int64_t times = x.size(1);
    torch::Tensor hidden = torch::zeros({rows, kWidth});
    torch::Tensor cell = torch::zeros({rows, kWidth});
    std::vector<torch::Tensor> outputs;
    outputs.reserve(times);
    // One character after the other.
    for (int64_t t = 0; t < times; ++t) {
      const torch::Tensor input = x.select(1, t); // [B, inputs]
      const torch::Tensor joined = torch::cat({input, hidden}, 1);
      const std::vector<torch::Tensor> parts = gates->forward(joined).chunk(4, 1);

      // What is let in, what is kept, what is shown.
      const torch::Tensor let_in = torch::sigmoid(parts[0]);
      const torch::Tensor keep = torch::sigmoid(parts[1]);
      const torch::Tensor show = torch::sigmoid(parts[2]);
      const torch::Tensor candidate = torch::tanh(parts[3]);

      // What is remembered stays within bounds.
      cell = keep * cell + let_in * candidate;
      cell = torch::clamp(cell, -8.0, 8.0);
      hidden = show * torch::tanh(cell);
      outputs.push_back(hidden);
    }
    // A batch may be shorter than the others.
    torch::Tensor y = torch::stack(outputs, 1); // [B, T, W]
    if (is_training()) {
      y = torch::dropout(y, 0.1, true);
    }
    const torch::Tensor mean = y.mean(-1, /*keepdim=*/true);
    const torch::Tensor centered = y - mean;
    const torch::Tensor variance = (centered * centered).mean(-1, true);
    const torch::Tensor scale = torch::rsqrt(variance + 1e-5);
    y = x + centered * scale;

    return y.reshape({rows * times, kWidth}); // [B * T, W]
  }

  torch::nn::Linear gates;
};
TORCH_MODULE(Cell);

struct LanguageModelImpl : torch::nn::Module {
  explicit LanguageModelImpl(int64_t characters)
      : embedding(characters, kWidth), cell(kWidth, kWidth), head(kWidth, characters) {
    register_module("embedding", embedding);
    register_module("cell", cell);
    register_module("head", head);
  }

  torch::Tensor embed(const torch::Tensor &x) {
    return embedding->forward(x).view({x.size(0), kContext, kWidth});
  }

  torch::Tensor forward(const torch::Tensor &x) { return head->forward(cell->forward(embed(x))); }

  torch::nn::Embedding embedding;
  Cell cell;
  torch::nn::Linear head;
};
TORCH_MODULE(LanguageModel);

int main(int argc, char **argv) {
  const RunOptions options = parse_arguments(argc, argv);
  TimeLog times(options.times);
  torch::set_num_threads(1);
  torch::manual_seed(1);
  const Text text(options.data, kBatchSize, kContext);
  times.reached("data");
  LanguageModel model(text.characters());
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(1e-3));
  int64_t step = options.resume.empty() ? 0 : load_checkpoint(options.resume, model, optimizer);
  times.reached("checkpoint");

  while (step < options.steps) {
    times.begin_step();
    ++step;
    const int64_t rows = options.rows_at(step, kBatchSize);
    const torch::Tensor output = model->forward(text.inputs(step, rows)); // [B * T, C]
    const torch::Tensor loss = torch::cross_entropy_loss(output, text.targets(step, rows));
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    const torch::Tensor likely = output.argmax(1).view({rows, kContext}); // [B, T]
    times.end_step();
    if (step % 20 == 0) {
      const double right = likely.view(-1).eq(text.targets(step, rows)).sum().item<double>();
      std::printf("step %ld: loss %.4f, right %.0f of %ld\n", static_cast<long>(step),
                  loss.item<double>(), right, static_cast<long>(rows * kContext));
    }
    if (options.checkpoint_every > 0 && step % options.checkpoint_every == 0) {
      save_checkpoint(options.checkpoint, model, optimizer, step);
    }
  }
  return 0;
}
