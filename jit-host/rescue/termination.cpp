// The handler does what a handler may: it counts in an event descriptor, which the console polls.
#include "termination.h"

#include "runtime/frame_probe.h"

#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace jithost {
namespace {

int told = -1; // made once; what the handler needs must not go

void tell(int) {
  int saved = errno;
  uint64_t once = 1;
  [[maybe_unused]] ssize_t written = write(told, &once, sizeof once);
  errno = saved;
}

} // namespace

TerminationWatch::TerminationWatch() {
  if (told < 0)
    told = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (told < 0 || sigaction(SIGTERM, nullptr, &before_) != 0)
    return;
  if ((before_.sa_flags & SA_SIGINFO) != 0 || before_.sa_handler != SIG_DFL)
    return;
  struct sigaction action{};
  action.sa_handler = tell;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  watching_ = sigaction(SIGTERM, &action, nullptr) == 0;
}

TerminationWatch::~TerminationWatch() {
  if (!watching_ || isProbe()) // a copy of the process only looks at frames
    return;
  struct sigaction now{};
  sigaction(SIGTERM, nullptr, &now);
  if (now.sa_handler == tell) // else the program has set its own in the meantime
    sigaction(SIGTERM, &before_, nullptr);
  if (asked())
    endByTermination();
}

int TerminationWatch::descriptor() const { return watching_ ? told : -1; }

bool TerminationWatch::asked() {
  pollfd source{told, POLLIN, 0};
  return told >= 0 && poll(&source, 1, 0) > 0;
}

void endByTermination() {
  signal(SIGTERM, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, SIGTERM);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  kill(getpid(), SIGTERM);
  for (;;) // until it arrives
    pause();
}

} // namespace jithost
