// Threads of the host's own, beside the program's.
#pragma once

#include <csignal>

namespace jithost {

/// Threads that are made while one exists take no signals: those are the program's.
class NoSignals {
public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals &) = delete;

private:
  sigset_t before_;
};

} // namespace jithost
