// What has to be put back is known to the handlers of exit and of signals, so it is global.
// Handlers are there only while somebody may type, and only for signals that nobody else handles.
#include "terminal_modes.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace jithost {
namespace {

constexpr int kDeadly[] = {SIGHUP,  SIGINT, SIGQUIT, SIGTERM, SIGABRT,
                           SIGSEGV, SIGBUS, SIGFPE,  SIGILL,  SIGALRM};
constexpr cc_t kInterruptKey = 3; // ^C

struct Restoring {
  std::atomic<bool> wanted = false;
  int descriptor = -1;
  pid_t process = -1; // a forked child leaves the terminal alone
  termios before{};
};
Restoring restoring;

bool inForeground(int descriptor) { return tcgetpgrp(descriptor) == getpgrp(); }

void restoreAndDie(int number) {
  restoreTerminal();
  signal(number, SIG_DFL);
  raise(number); // blocked until this handler returns
}

void handleDeadlySignals() {
  for (int number : kDeadly) {
    struct sigaction present{}, ours{};
    ours.sa_handler = restoreAndDie;
    ours.sa_flags = SA_ONSTACK;
    if (sigaction(number, nullptr, &present) == 0 && !(present.sa_flags & SA_SIGINFO) &&
        present.sa_handler == SIG_DFL)
      sigaction(number, &ours, nullptr);
  }
}

void leaveDeadlySignals() {
  for (int number : kDeadly) {
    struct sigaction present{};
    if (sigaction(number, nullptr, &present) == 0 && !(present.sa_flags & SA_SIGINFO) &&
        present.sa_handler == restoreAndDie)
      signal(number, SIG_DFL);
  }
}

termios modesFor(Typing typing, termios modes) {
  modes.c_cc[VINTR] = _POSIX_VDISABLE;
  if (typing == Typing::Lines) {
    modes.c_lflag |= ICANON | ECHO | ISIG;
    modes.c_cc[VEOL] = kInterruptKey;
    return modes;
  }
  modes.c_cc[VSUSP] = _POSIX_VDISABLE; // the modes have to be put back before the process stops
  modes.c_lflag &= ~(ICANON | ECHO | IEXTEN);
  modes.c_oflag |= OPOST | ONLCR;
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  return modes;
}

bool same(const termios &a, const termios &b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_lflag == b.c_lflag &&
         std::memcmp(a.c_cc, b.c_cc, sizeof a.c_cc) == 0;
}

} // namespace

void restoreTerminal() {
  if (restoring.wanted.exchange(false) && restoring.process == getpid() &&
      inForeground(restoring.descriptor))
    tcsetattr(restoring.descriptor, TCSANOW, &restoring.before);
}

void TerminalModes::enter(int descriptor, Typing typing) {
  termios now{};
  if (entered_ || !inForeground(descriptor) || tcgetattr(descriptor, &now) != 0)
    return;
  static const int at_exit [[maybe_unused]] =
      std::atexit(restoreTerminal) + at_quick_exit(restoreTerminal);
  bool still_ours = restoring.process == getpid() && same(now, ours_); // left in the background
  if (!still_ours)
    restoring.before = now;
  restoring.descriptor = descriptor_ = descriptor;
  restoring.process = getpid();
  ours_ = modesFor(typing, restoring.before);
  handleDeadlySignals();
  restoring.wanted = true;
  tcsetattr(descriptor, TCSANOW, &ours_);
  tcgetattr(descriptor, &ours_); // as the kernel understood them
  entered_ = true;
}

void TerminalModes::leave() {
  if (!entered_)
    return;
  entered_ = false;
  restoreTerminal();
  leaveDeadlySignals();
}

void TerminalModes::keep() {
  termios now{};
  if (entered_ && inForeground(descriptor_) && tcgetattr(descriptor_, &now) == 0 &&
      !same(now, ours_))
    tcsetattr(descriptor_, TCSANOW, &ours_);
}

} // namespace jithost
