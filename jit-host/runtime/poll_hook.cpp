// Called by captured code at polls of outdated bodies: a frame that is running well asks whether it
// is to go on in new code, and does.
#include "captured_words.h"
#include "fault.h"
#include "frame_probe.h"
#include "internal.h"

#include <memory>
#include <unistd.h>
#include <utility>

namespace jithost {
namespace {

/// Between the poll and the switch, which the frame calls next.
struct NextCode {
  ContinuationCode code;
  std::vector<uint64_t> words;
};
thread_local NextCode *next_code = nullptr;

} // namespace
} // namespace jithost

/// Changes nothing that the program can see. \return 1: switch.
extern "C" __attribute__((noinline, visibility("default"))) int
__jit_host_poll(const char *site, unsigned count, ...) {
  using namespace jithost;
  HostSection section;
  va_list list;
  va_start(list, count);
  CapturedWords captured(count, list);
  std::vector<uint64_t> words(captured.count);
  captured.copyTo(words.data(), list);
  va_end(list);
  CapturedFrame frame{site, words.data(), captured.count, callerFrame(pollHook())};
  ContinuationCode code = nullptr;
  try {
    code = hooks.at_poll(frame);
  } catch (...) { // in a copy that looks at the frames further out
    if (!isProbe())
      throw;
    host_sections = 0;
    throwInsteadOf(pollHook(), /*anywhere=*/true);
    _exit(0);
  }
  if (!code)
    return 0;
  next_code = new NextCode{code, std::move(words)};
  return 1;
}

extern "C" __attribute__((noinline, visibility("default"))) void __jit_host_switch(void *result) {
  std::unique_ptr<jithost::NextCode> next(std::exchange(jithost::next_code, nullptr));
  next->code(next->words.data(), result);
}

uintptr_t jithost::pollHook() { return reinterpret_cast<uintptr_t>(&__jit_host_poll); }
uintptr_t jithost::switchHook() { return reinterpret_cast<uintptr_t>(&__jit_host_switch); }
