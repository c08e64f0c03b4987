// A new thread is asked what it begins with, so nothing here has to know the keys.
#pragma GCC visibility push(default)
#include "dispatch_state.h"
#pragma GCC visibility pop

#include <ATen/core/grad_mode.h>
#include <c10/core/AutogradState.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <thread>

namespace {

using c10::DispatchKeySet;
using c10::impl::LocalDispatchKeySet;

LocalDispatchKeySet ofNewThread() {
  static const LocalDispatchKeySet keys = [] {
    LocalDispatchKeySet found = c10::impl::tls_local_dispatch_key_set();
    std::thread([&found] { found = c10::impl::tls_local_dispatch_key_set(); }).join();
    return found;
  }();
  return keys;
}

/// But for autocast's, which are the program's own.
DispatchKeySet reset(DispatchKeySet here, DispatchKeySet wanted) {
  const DispatchKeySet own = c10::autocast_dispatch_keyset;
  return (wanted - own) | (here & own);
}

} // namespace

unsigned jit_host_reset_dispatch_state() {
  unsigned was = 0;
  if (c10::AutogradState::get_tls_state().get_inference_mode()) {
    c10::AutogradState &state = c10::AutogradState::get_tls_state();
    state.set_inference_mode(false);
    state.set_grad_mode(true);
    state.set_fw_grad_mode(true);
    was |= JIT_HOST_INFERENCE_MODE;
  }
  const LocalDispatchKeySet here = c10::impl::tls_local_dispatch_key_set(), wanted = ofNewThread();
  LocalDispatchKeySet keys = here;
  keys.included_ = reset(here.included_, wanted.included_);
  keys.excluded_ = reset(here.excluded_, wanted.excluded_);
  if (keys.included_ == here.included_ && keys.excluded_ == here.excluded_)
    return was;
  c10::impl::_force_tls_local_dispatch_key_set(keys);
  return was | JIT_HOST_DISPATCH_KEYS;
}
