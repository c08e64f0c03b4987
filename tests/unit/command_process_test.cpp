// A shell command beside the run: what it gets, what it says, how it ends, and that nothing of it
// stays.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "repair/command_process.h"

#include "repair/file_difference.h"
#include "temporary_folder.h"

#include <csignal>
#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>

using namespace jithost;

namespace {

struct Command {
  TemporaryFolder folder;
  std::vector<std::string> lines;
  std::unique_ptr<CommandProcess> process;

  explicit Command(const std::string &command, const std::string &input = "") {
    CommandRequest request{
        command, folder.path.string(), input, {"JIT_HOST_TRY=7", "PATH=/bin:/usr/bin"}, ""};
    process = llvm::cantFail(
        CommandProcess::start(request, [this](const std::string &line) { lines.push_back(line); }));
  }
  void waitForEnd() {
    while (!process->update()) {
      pollfd source{process->descriptor(), POLLIN, 0};
      REQUIRE(poll(&source, 1, 10000) == 1);
    }
  }
  bool waitForFile(const std::string &name) {
    for (int i = 0; i < 1000 && !fs::exists(folder / name); ++i)
      usleep(10000);
    return fs::exists(folder / name);
  }
};

/// Killed processes stay until somebody has fetched their status, who is not us.
bool groupEnds(pid_t group) {
  for (int i = 0; i < 1000 && kill(-group, 0) == 0; ++i)
    usleep(10000);
  return kill(-group, 0) != 0;
}

} // namespace

TEST_CASE("it gets input and environment, and its words come line by line") {
  std::string large(300000, 'x'); // more than a pipe holds
  Command command("wc -c; echo $JIT_HOST_TRY $PATH >&2; pwd; printf half", large);
  command.waitForEnd();
  CHECK(command.process->exitCode() == 0);
  CHECK(command.lines == std::vector<std::string>{"300000", "7 /bin:/usr/bin",
                                                  command.folder.path.string(), "half"});
}

TEST_CASE("a command that does not read its input, and one that fails") {
  Command command("exit 3", std::string(300000, 'x'));
  command.waitForEnd();
  CHECK(command.process->exitCode() == 3);
  CHECK(command.process->howItEnded() == "ended with exit code 3");
  Command killed("kill -SEGV $$");
  killed.waitForEnd();
  CHECK_FALSE(killed.process->exitCode());
  CHECK(killed.process->howItEnded() == "was ended by a signal (Segmentation fault)");
}

TEST_CASE("what it leaves running ends with it") {
  Command command("echo $$ >group; sleep 1000 & exit 0");
  command.waitForEnd();
  CHECK(groupEnds(std::stoi(read(command.folder / "group"))));
}

TEST_CASE("one that does not heed SIGTERM is killed") {
  Command command(
      "trap '' TERM; echo $$ >group.tmp; mv group.tmp group; while :; do sleep 1000; done");
  REQUIRE(command.waitForFile("group"));
  command.process->end();
  CHECK_FALSE(command.process->exitCode());
  CHECK(command.process->howItEnded() == "was ended by a signal (Killed)");
  command.process.reset();
  CHECK(groupEnds(std::stoi(read(command.folder / "group"))));
}

TEST_CASE("signals and descriptors of this process are not the command's") {
  signal(SIGINT, SIG_IGN);
  int ends[2];
  REQUIRE(pipe(ends) == 0); // not close-on-exec, as a program's may be
  Command command("ls /proc/self/fd | wc -l; kill -INT $$; echo survived");
  command.waitForEnd();
  signal(SIGINT, SIG_DFL);
  close(ends[0]);
  close(ends[1]);
  CHECK(command.lines == std::vector<std::string>{"4"}); // and the folder that ls reads
}

TEST_CASE("differences are shown as diff -u does") {
  std::string text = unifiedDifference("/src/a.cpp", "a\nb\n", "a\nc\n");
  CHECK(text == "--- /src/a.cpp\n+++ /src/a.cpp (repaired)\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
  CHECK(unifiedDifference("x", "same\n", "same\n") == "");
}
