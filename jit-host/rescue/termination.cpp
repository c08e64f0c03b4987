// The handler does what a handler may: it counts in an event descriptor, which is polled.
#include "termination.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace jithost {
namespace {

int told = -1; // made once; what the handler needs must not go
pid_t process = 0;

std::atomic<int> times = 0;
void (*before)() = [] {};

void tell(int, siginfo_t *info, void *) {
  // A child has the handler, and the descriptor, of its parent. A program that raises it means to
  // end at once, and who sends it twice cannot wait.
  if (getpid() != process || info->si_pid == process || ++times > 1) {
    if (getpid() == process)
      before();
    signal(SIGTERM, SIG_DFL);
    raise(SIGTERM); // when this returns
    return;
  }
  int saved = errno;
  uint64_t once = 1;
  [[maybe_unused]] ssize_t written = write(told, &once, sizeof once);
  errno = saved;
}

} // namespace

void watchTermination(void (*before_end)()) {
  struct sigaction present{};
  if (sigaction(SIGTERM, nullptr, &present) != 0 || (present.sa_flags & SA_SIGINFO) != 0 ||
      present.sa_handler != SIG_DFL)
    return;
  before = before_end;
  told = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  process = getpid();
  if (told < 0)
    return;
  struct sigaction action{};
  action.sa_sigaction = tell;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
}

int terminationDescriptor() { return told; }

bool terminationAsked() {
  pollfd source{told, POLLIN, 0};
  return told >= 0 && poll(&source, 1, 0) > 0;
}

void endByTermination() {
  before();
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
