// A service that tells the expression of the face a camera sees: loads a trained network from
// MODEL_ARCHIVE, which its first start on a machine trains, and looks at the frames in
// DATA_FOLDER/frames one after the other.

#include <torch/script.h>
#include <torch/torch.h>

#include "common/pgm.h"
#include "common/state_hash.h"
#include "expressions.h"
#include "train_model.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

constexpr int64_t kReportInterval = 500; // frames
constexpr uint64_t kSeed = 1;

/// The network, ready to be asked.
class ExpressionModel {
public:
  explicit ExpressionModel(const std::string &archive) {
    module_ = torch::jit::load(archive);
    module_.eval();
    module_.run_method("_make_predict_function");
  }

  /// How likely each expression is in `picture`, [48, 48], uint8: [7].
  torch::Tensor predict(const torch::Tensor &picture) {
    torch::NoGradGuard no_grad;
    const torch::Tensor face = normalized(picture).unsqueeze(0); // [1, 1, 48, 48]
    return module_.forward({face}).toTensor().exp().squeeze(0);
  }

  std::string hash() const {
    StateHash hash;
    for (const torch::Tensor &parameter : module_.parameters()) {
      hash.add(parameter);
    }
    return hash.text();
  }

private:
  torch::jit::Module module_;
};

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s DATA_FOLDER MODEL_ARCHIVE\n", argv[0]);
    return 2;
  }
  const std::string folder = argv[1], archive = argv[2];
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  torch::manual_seed(kSeed);

  if (!std::filesystem::exists(archive)) {
    train_model(folder + "/train", archive);
  }
  ExpressionModel model(archive);

  StateHash prediction_hash;
  std::vector<int64_t> seen(kExpressions.size());
  int64_t frames = 0;
  for (const std::filesystem::path &file : pictures_in(folder + "/frames")) {
    const torch::Tensor prediction = model.predict(read_pgm(file.string())); // [7]
    prediction_hash.add(prediction);
    ++seen[prediction.argmax().item<int64_t>()];
    ++frames;
    if (frames % kReportInterval == 0) {
      std::printf("epoch %ld: %ld frames", static_cast<long>(frames / kReportInterval),
                  static_cast<long>(frames));
      for (size_t i = 0; i < seen.size(); ++i) {
        std::printf(", %s %ld", kExpressions[i].c_str(), static_cast<long>(seen[i]));
      }
      std::printf("\n");
    }
  }

  std::printf("predictions %s\n", prediction_hash.text().c_str());
  std::printf("parameters %s\n", model.hash().c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  return 0;
}
