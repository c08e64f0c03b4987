// fork and wait: the child ends for itself, exceptions work on both sides; pipes.
#include <cstdio>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

struct Global {
  ~Global() { std::printf("destroyed in %s\n", name); }
  const char *name = "parent";
} global;

int main() {
  int ends[2];
  if (pipe(ends))
    return 1;
  pid_t child = fork();
  if (child == 0) {
    global.name = "child";
    try {
      throw 5;
    } catch (int value) {
      if (write(ends[1], &value, sizeof value) != sizeof value)
        _exit(1);
    }
    std::exit(17);
  }
  int value = 0, status = 0;
  if (read(ends[0], &value, sizeof value) != sizeof value)
    return 1;
  waitpid(child, &status, 0);
  std::printf("%d %d\n", value, WEXITSTATUS(status));
  try {
    throw value;
  } catch (int again) {
    return again;
  }
}
