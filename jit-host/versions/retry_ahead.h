// The continuation of a retry, made while a person still thinks: most pauses end by one, also those
// that an action repairs, and optimising it takes longer than everything else.
#pragma once

#include "compile_work.h"
#include "host_task.h"
#include "version_store.h"

#include <string>

namespace jithost {

/// Which continuation it is.
struct RetryPlace {
  std::string symbol, label; // of the frame
  uint32_t version = 0;      // what is inlined may be older in an earlier one's
  uint32_t guard = 0, target = 0;
  const Code *code = nullptr;
  bool operator==(const RetryPlace &) const = default;
};

class RetryAhead {
public:
  /// Instead of what was begun before. `emit` gets along without the turn.
  void begin(RetryPlace place, std::string continuation_label, HostTask<EmittedObject>::Make emit) {
    place_ = std::move(place);
    label_ = std::move(continuation_label);
    task_.begin(std::move(emit));
  }

  /// The label of the continuation for `place`; empty: it has not been begun.
  std::string labelFor(const RetryPlace &place) const {
    return task_.isBegun() && place == place_ ? label_ : "";
  }

  /// Waits for it. It can be taken once.
  llvm::Expected<EmittedObject> take() { return task_.take(); }

private:
  RetryPlace place_;
  std::string label_;
  HostTask<EmittedObject> task_;
};

} // namespace jithost
