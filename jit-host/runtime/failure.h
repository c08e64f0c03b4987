// What runtime and host tell each other about a failure. No LLVM, no torch: this runs inside the
// program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace jithost {

/// One frame of the stack at the moment of the failure.
struct RawFrame {
  uintptr_t return_address = 0;
  uintptr_t stack_pointer = 0; // of this frame at its call; the frame reaches up to the next one's
};

/// A failure, recorded as plain data while the whole stack was standing.
struct Failure {
  std::string type;    // "c10::Error"
  std::string message; // what() of a std::exception, else empty
  std::vector<RawFrame>
      frames; // innermost first; frames that a continuation has taken over are left out
  double raised_at_ms = 0;
  uint64_t number = 0; // counted from 1
};

/// A frame in whose guard the unwinding stands.
struct CapturedFrame {
  const char *site = nullptr; // text of the capture, see instrument/capture_pass.cpp
  const uint64_t *words = nullptr;
  unsigned count = 0;
  uintptr_t stack_pointer = 0;
};

/// Code that goes on in place of a captured frame.
using ContinuationCode = void (*)(const uint64_t *record, void *result);

} // namespace jithost
