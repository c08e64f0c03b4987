// Signals to a child of the program are none of its parent's: the child dies of them, the parent
// goes on.
#include <csignal>
#include <cstdio>
#include <initializer_list>
#include <sys/wait.h>
#include <unistd.h>

int main() {
  for (int signal : {SIGTERM, SIGUSR1}) {
    pid_t child = fork();
    if (child == 0)
      for (;;)
        pause();
    int status = 0;
    kill(child, signal);
    waitpid(child, &status, 0);
    std::printf("%d\n", WIFSIGNALED(status) ? WTERMSIG(status) : -1);
  }
  usleep(300000);
  std::puts("the parent goes on");
}
