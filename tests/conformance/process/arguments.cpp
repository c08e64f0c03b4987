// argc, argv, environ, the working folder and the program's own changes to them.
// args: one "two words" -x --patches --
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

int main(int argc, char **argv, char **environment) {
  std::printf("%d %d\n", argc, argv[argc] == nullptr);
  for (int i = 1; i < argc; ++i)
    std::printf("[%s]\n", argv[i]);
  std::printf("%d\n", environment == environ);
  setenv("CONFORMANCE_VALUE", "5", 1);
  std::printf("%s\n", std::getenv("CONFORMANCE_VALUE"));
  argv[1][0] = 'O';
  std::printf("%s\n", argv[1]);
  char folder[4096];
  std::printf("%d\n", getcwd(folder, sizeof folder) != nullptr);
  return argc;
}
