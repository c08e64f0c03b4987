// What all training programs here share: the arguments of a run, the log of its times, checkpoints.
#pragma once

#include <torch/torch.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

struct RunOptions {
  std::string data;                      // a file or a folder
  int64_t steps = 100;                   // the run ends behind this step
  int64_t short_batch = 0;               // the step whose batch is half as long, 0: none
  int64_t short_every = 0;               // every how many steps a batch is, 0: never
  int64_t checkpoint_every = 0;          // steps, 0: never
  std::string checkpoint = "checkpoint"; // where checkpoints are written
  std::string resume;                    // the checkpoint to go on from; empty: from the start
  std::string times;                     // where times are logged; empty: nowhere

  /// How many rows the batch of a step has.
  int64_t rows_at(int64_t step, int64_t full) const {
    const bool is_short = step == short_batch || (short_every > 0 && step % short_every == 0);
    return is_short ? full / 2 : full;
  }
};

inline RunOptions parse_arguments(int argc, char **argv) {
  RunOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const char *value = argv[i + 1];
    if (name == "--data") {
      options.data = value;
    } else if (name == "--steps") {
      options.steps = std::atoll(value);
    } else if (name == "--short-batch") {
      options.short_batch = std::atoll(value);
    } else if (name == "--short-every") {
      options.short_every = std::atoll(value);
    } else if (name == "--checkpoint-every") {
      options.checkpoint_every = std::atoll(value);
    } else if (name == "--checkpoint") {
      options.checkpoint = value;
    } else if (name == "--resume") {
      options.resume = value;
    } else if (name == "--times") {
      options.times = value;
    } else {
      throw std::invalid_argument("unknown argument " + name);
    }
  }
  return options;
}

/// Seconds since the machine was started.
inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Lines of `NAME SECONDS`: when a part of the run was reached, and how long each step took.
class TimeLog {
public:
  explicit TimeLog(const std::string &path) {
    if (!path.empty()) {
      file_ = std::fopen(path.c_str(), "w");
      if (file_ == nullptr) {
        throw std::runtime_error("cannot write " + path);
      }
    }
    reached("main");
  }
  TimeLog(const TimeLog &) = delete;
  TimeLog &operator=(const TimeLog &) = delete;
  ~TimeLog() {
    if (file_ != nullptr) {
      std::fclose(file_);
    }
  }

  void reached(const char *what) { write(what, now()); }
  void begin_step() { begin_ = now(); }
  void end_step() { write("step", now() - begin_); }

private:
  void write(const char *name, double seconds) {
    if (file_ != nullptr) {
      std::fprintf(file_, "%s %.9f\n", name, seconds);
      std::fflush(file_);
    }
  }

  std::FILE *file_ = nullptr;
  double begin_ = 0;
};

template <typename Model, typename Optimizer>
void save_checkpoint(const std::string &path, const Model &model, const Optimizer &optimizer,
                     int64_t step) {
  torch::save(model, path + ".model");
  torch::save(optimizer, path + ".optimizer");
  torch::save(torch::tensor(step), path + ".step");
}

/// \return the step behind which the checkpoint was written
template <typename Model, typename Optimizer>
int64_t load_checkpoint(const std::string &path, Model &model, Optimizer &optimizer) {
  torch::load(model, path + ".model");
  torch::load(optimizer, path + ".optimizer");
  torch::Tensor step;
  torch::load(step, path + ".step");
  return step.item<int64_t>();
}
