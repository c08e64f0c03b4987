// The program's own signal handlers, also with siginfo and on a stack of their own.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

volatile std::sig_atomic_t seen = 0;

void handler(int, siginfo_t *info, void *) { seen = info->si_value.sival_int; }

int main() {
  std::signal(SIGUSR1, [](int number) { seen = number; });
  std::raise(SIGUSR1);
  std::printf("%d\n", seen == SIGUSR1);
  static char block[65536];
  stack_t stack{};
  stack.ss_sp = block;
  stack.ss_size = sizeof block;
  std::printf("%d\n", sigaltstack(&stack, nullptr));
  struct sigaction action{};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGUSR2, &action, nullptr);
  sigval value;
  value.sival_int = 77;
  sigqueue(getpid(), SIGUSR2, value);
  std::printf("%d\n", seen);
  alarm(0);
  std::signal(SIGTERM, SIG_IGN);
  std::raise(SIGTERM);
  std::puts("still here");
}
