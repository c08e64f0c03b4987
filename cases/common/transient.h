// Faults that pass by themselves, as a bad contact or a busy file server makes them: one chosen
// transfer to the device fails, and the first save does. Tried again, both work.
//
//   transient::fail_at_transfer(60);
//   data = transient::to(data, torch::kCPU);
//   transient::save(model, "model.pt");
#pragma once
#pragma GCC system_header // A library, to the programs that use it: nothing they would debug.

#include <torch/torch.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace transient {

struct Faults {
  std::atomic<int64_t> failing_transfer{0};
  std::atomic<int64_t> transfers{0};
  std::atomic<bool> save_failed{false};
};

inline Faults &faults() {
  static Faults faults;
  return faults;
}

/// The transfer that fails, counted from 1. Without this none does.
inline void fail_at_transfer(int64_t call) { faults().failing_transfer = call; }

/// As tensor.to(device).
/// \throws std::runtime_error once
inline torch::Tensor to(const torch::Tensor &tensor, const torch::Device &device) {
  if (++faults().transfers == faults().failing_transfer) {
    throw std::runtime_error("CUDA error: device-side assert triggered");
  }
  return tensor.to(device);
}

/// As torch::save(what, where).
/// \throws std::system_error (permission denied) once
template <typename... Arguments> void save(Arguments &&...arguments) {
  if (!faults().save_failed.exchange(true)) {
    throw std::system_error(EACCES, std::generic_category(), "cannot save");
  }
  torch::save(std::forward<Arguments>(arguments)...);
}

} // namespace transient
