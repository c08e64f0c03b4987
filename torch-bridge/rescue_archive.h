// The archive of a rescue: one torch::serialize::OutputArchive with the parts `modules`,
// `optimizers`, `tensors` and `generators`. May throw what LibTorch throws.
#pragma once

#include "rescue_objects.h"

#include <set>

namespace jithost {

struct RescueArchive {
  bool written = false;
  std::string error; // why not
  std::set<std::string> failed_devices;
};

/// Takes out of `objects` what cannot be written, and adds the reason to what it has left out.
/// \param file open for writing, empty
RescueArchive writeRescueArchive(RescueObjects &objects, int file);

} // namespace jithost
