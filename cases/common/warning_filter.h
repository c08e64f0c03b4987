// What becomes of LibTorch's warnings, chosen as by Python's `warnings.simplefilter`.
#pragma once

#include <torch/torch.h>

#include <stdexcept>
#include <string>

enum class WarningFilter {
  ignore, // not a word
  error   // thrown as LibraryWarning out of the function that warns
};

/// A warning of LibTorch under WarningFilter::error.
struct LibraryWarning : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct FilteringHandler : c10::WarningHandler {
#if TORCH_VERSION_MAJOR >= 2
  void process(const c10::Warning &warning) override {
    const std::string &message = warning.msg();
#else
  void process(const c10::SourceLocation &, const std::string &message, const bool) override {
#endif
    filter == WarningFilter::error ? throw LibraryWarning(message) : void();
  }

  WarningFilter filter = WarningFilter::ignore;
};

/// From now on, for warnings on the calling thread.
inline void filter_warnings(WarningFilter filter) {
  static FilteringHandler handler;
  handler.filter = filter;
#if TORCH_VERSION_MAJOR >= 2
  c10::WarningUtils::set_warning_handler(&handler);
#else
  c10::Warning::set_warning_handler(&handler);
#endif
}
