#include "dispatch_state.h"

#include "../torch-bridge/dispatch_state.h"

#include <algorithm>
#include <dlfcn.h>

namespace jithost {
namespace {

bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

/// `c10::InferenceMode`, `at::NoGradGuard` and the like.
bool isGuard(const std::string &type) {
  bool of_torch =
      type.rfind("at::", 0) == 0 || type.rfind("c10::", 0) == 0 || type.rfind("torch::", 0) == 0;
  return of_torch &&
         (contains(type, "Guard") || contains(type, "Mode") || contains(type, "AutoDispatch"));
}

bool hasGuard(const StackFrame &frame) {
  return std::any_of(frame.code->variables.begin(), frame.code->variables.end(),
                     [](const Variable &variable) {
                       return isGuard(variable.type) ||
                              std::any_of(variable.bases.begin(), variable.bases.end(), isGuard);
                     });
}

/// From the innermost frame of the program on, nothing but its code was called.
bool isProgramAlone(const Failure &failure, Symbolizer &symbolizer) {
  CodePlace place;
  auto isProgram = [&](const RawFrame &frame) {
    return symbolizer.find(frame.return_address - 1, place);
  };
  auto begin = std::find_if(failure.frames.begin(), failure.frames.end(), isProgram);
  auto end = std::find_if(failure.frames.rbegin(), failure.frames.rend(), isProgram).base();
  return begin == failure.frames.end() || std::all_of(begin, end, isProgram);
}

} // namespace

std::string resetDispatchState(const Failure &failure, const std::vector<StackFrame> &stack,
                               Symbolizer &symbolizer) {
  auto *reset = reinterpret_cast<decltype(jit_host_reset_dispatch_state) *>(
      dlsym(RTLD_DEFAULT, "jit_host_reset_dispatch_state"));
  if (!reset || !failure.fault || failure.thread != 0 ||
      std::any_of(stack.begin(), stack.end(), hasGuard) || !isProgramAlone(failure, symbolizer))
    return "";
  switch (reset()) {
  case 0:
    return "";
  case JIT_HOST_DISPATCH_KEYS:
    return "dispatch keys";
  default:
    return "inference mode";
  }
}

} // namespace jithost
