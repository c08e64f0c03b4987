// What the frames further out hold, without unwinding to them: a forked copy of the process unwinds
// instead. Destructors on its way run in the copy's memory, and the kernel lets it do nothing but
// compute and tell what it finds, so nothing outside notices. Costs nothing before somebody asks.
#pragma once

#include "failure.h"

namespace jithost {

/// The first guard that unwinding comes to in a frame.
struct ProbedFrame {
  std::string site; // text of the capture
  uintptr_t frame_address = 0;
  std::vector<uint64_t> words; // values by value; addresses mean the same in the process itself
};

/// Forks. \return true in the copy: everything is to unwind, and each guard to be told by
/// `tellFrame`. In the process itself `frames` is what the copy told; it has a second for that.
/// \param from the frame that is paused \param expected how many frames further out there are at
/// most
bool probeFrames(const CapturedFrame &from, size_t expected, std::vector<ProbedFrame> &frames);

/// The two halves of it, for a thread that is stopped in a signal's handler.
struct ProbeCopy {
  int process = 0;  // 0: this is the copy; < 0: there is none
  int told_by = -1; // read by the other half
};
ProbeCopy startProbe(size_t expected);
std::vector<ProbedFrame> readProbe(const ProbeCopy &copy);

/// Whether this is such a copy.
bool isProbe();

/// In the copy, in each guard: tells the first one of a frame. Ends it with the last frame.
void tellFrame(const CapturedFrame &frame);

} // namespace jithost
