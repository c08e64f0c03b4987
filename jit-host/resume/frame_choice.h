// Which active frame a run goes on in when code has changed.
#pragma once

#include "resume_map.h"

namespace jithost {

struct FrameChoice {
  size_t frame = 0;
  bool changed = false; // false: the code of no active frame changed
  std::vector<std::string> notes;
  std::optional<Refusal> refusal;
};

FrameChoice chooseFrame(const std::vector<ActiveFrame> &frames, const StatementTable &after);

} // namespace jithost
