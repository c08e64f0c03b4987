// The console while something goes on by itself: a retry's time, a repair command.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "pause/console.h"

#include "temporary_folder.h"

#include <doctest/doctest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace jithost;

namespace {

std::unique_ptr<PatchWatcher> watch(const std::string &folder) {
  std::vector<std::string> warnings;
  return llvm::cantFail(PatchWatcher::create(folder, warnings));
}

} // namespace

TEST_CASE("it takes patches, heeds descriptor and time, and takes no line of the commands file") {
  TemporaryFolder root;
  write(root / "commands", "quit\n");
  auto watcher = watch(root / "patches");
  Console console(true, root / "commands"); // so there is no terminal
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  alarm(30);
  double begin_ms = nowMs();
  CHECK_FALSE(console.waitBeside({}, *watcher, ends[0], 0.1));
  CHECK(nowMs() - begin_ms >= 100);
  REQUIRE(::write(ends[1], "x", 1) == 1);
  CHECK_FALSE(console.waitBeside({}, *watcher, ends[0], 100));
  write(watcher->folder() + "/net.cpp", "x");
  std::optional<PauseAnswer> answer = console.waitBeside({}, *watcher, -1, 100);
  REQUIRE(answer);
  CHECK(answer->command == PauseCommand::Patch);
  CHECK(answer->patch.files.size() == 1);
  CHECK(console.wait({}, *watcher, 0).command == PauseCommand::Quit);
  alarm(0);
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("a word typed there is the answer, and questions have a limit") {
  TemporaryFolder root;
  int terminal = -1;
  pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    alarm(30);
    auto watcher = watch(root / "patches");
    Console console(true, "");
    auto answer = console.waitBeside({}, *watcher, -1, 100);
    console.limitQuestions(0.1);
    bool right = answer && answer->command == PauseCommand::Quit && !console.askYesNo("apply?");
    _exit(right ? 42 : 1);
  }
  std::string seen;
  char buffer[256];
  for (ssize_t got; seen.find("jit-host> ") == std::string::npos &&
                    (got = ::read(terminal, buffer, sizeof buffer)) > 0;)
    seen.append(buffer, got);
  REQUIRE(::write(terminal, "quit\n", 5) == 5);
  while (::read(terminal, buffer, sizeof buffer) > 0) // until the child has ended
    continue;
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 42);
  close(terminal);
}
