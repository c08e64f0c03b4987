// What LibTorch keeps for each thread about how it dispatches: key sets, inference mode. Set by
// guards, and left set where a fault has left out the function that held one.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

enum JitHostDispatchState {
  JIT_HOST_DISPATCH_KEYS = 1,
  JIT_HOST_INFERENCE_MODE = 2, // and with it, whether gradients are recorded
};

/// Sets what this thread has to what a new thread has. Autocast and gradient mode are the
/// program's own: they are set without guards too. \return what was another, JitHostDispatchState
unsigned jit_host_reset_dispatch_state(void);

#ifdef __cplusplus
}
#endif
