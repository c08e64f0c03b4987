// Runs short functions in turn and logs how long each call takes.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

struct Microbenchmark {
  const char *name;
  int64_t (*function)(int64_t n);
  int64_t n; // for some milliseconds
};

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Arguments: `--steps N`, how often each function is called, and `--times FILE`, where lines of
/// `NAME SECONDS` are logged.
inline int run_microbenchmarks(const std::vector<Microbenchmark> &benchmarks, int argc,
                               char **argv) {
  int64_t steps = 10;
  std::FILE *times = nullptr;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--steps") {
      steps = std::atoll(argv[i + 1]);
    } else if (name == "--times") {
      times = std::fopen(argv[i + 1], "w");
    } else {
      throw std::invalid_argument("unknown argument " + name);
    }
  }
  int64_t all = 0;
  for (int64_t step = 0; step < steps; ++step) {
    for (const Microbenchmark &benchmark : benchmarks) {
      const double begin = now();
      const int64_t result = benchmark.function(benchmark.n);
      const double seconds = now() - begin;
      all += result;
      if (times != nullptr) {
        std::fprintf(times, "%s %.9f\n", benchmark.name, seconds);
        std::fflush(times);
      }
      if (step == 0) {
        std::printf("%s %ld\n", benchmark.name, static_cast<long>(result));
      }
    }
  }
  if (times != nullptr) {
    std::fclose(times);
  }
  return all == 0; // results are used
}
