// A record of training runs in a folder, laid out as MLflow lays out `mlruns`.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

/// One run: FOLDER/params/NAME, FOLDER/metrics/NAME with a line `STEP VALUE` for each value, and
/// FOLDER/artifacts. Throws std::ios_base::failure when something cannot be written.
class TrackedRun {
public:
  explicit TrackedRun(const std::filesystem::path &folder) : folder_(folder) {
    for (const char *part : {"params", "metrics", "artifacts"}) {
      std::filesystem::create_directories(folder_ / part);
    }
  }

  void log_param(const std::string &name, double value) {
    open("params/" + name, std::ios::trunc) << value;
  }

  void log_metric(const std::string &name, double value, int64_t step) {
    open("metrics/" + name, std::ios::app) << step << ' ' << value << '\n';
  }

  template <typename Module> void log_model(const Module &model) {
    torch::save(model, (folder_ / "artifacts" / "model.pt").string());
  }

private:
  std::ofstream open(const std::string &name, std::ios::openmode mode) const {
    std::ofstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(folder_ / name, mode | std::ios::out);
    return file;
  }

  std::filesystem::path folder_;
};
