// The console: the lines that scripts rely on, the screen, the commands file, and the prompt on a
// terminal. Each console runs in a child process that has the terminal, or has none.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "pause/console.h"

#include "temporary_folder.h"

#include <ctime>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <functional>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace jithost;

namespace {

PauseScreen someScreen() {
  PauseScreen screen;
  screen.what = "c10::Error";
  screen.message = "mat1 and mat2 shapes\ncannot be multiplied";
  screen.function = "Net::forward";
  screen.file = "/src/net.cpp";
  screen.line = 5;
  screen.end_line = 6;
  for (int line = 1; line <= 12; ++line)
    screen.source.push_back("line " + std::to_string(line));
  screen.frames = {{"Net::forward", "/src/net.cpp", 5, ""},
                   {"main", "/src/main.cpp", 40, "version 1"}};
  screen.variables = {{"x", "at::Tensor", "float[2, 3]"}, {"batch_size", "int", "64"}};
  screen.patches_folder = "/run/patches";
  return screen;
}

bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

size_t count(const std::string &text, const std::string &part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

/// What the child does; its result is the exit code.
using Body = std::function<int(PatchWatcher &)>;

struct Fixture {
  TemporaryFolder root;
  std::string folder = root / "patches", err = root / "err", commands = root / "commands";

  int runBody(const Body &body) {
    alarm(30); // a console that waits for ever must not outlive a failed test
    std::vector<std::string> warnings;
    auto watcher = llvm::cantFail(PatchWatcher::create(folder, warnings));
    write(root / "ready", "");
    return body(*watcher);
  }
  void stderrToFile() {
    dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), STDERR_FILENO);
  }

  bool waitFor(const std::function<bool()> &condition) {
    for (int i = 0; i < 300; ++i) {
      if (condition())
        return true;
      usleep(10000);
    }
    return false;
  }
  bool waitForStderr(const std::string &text) {
    return waitFor([&] { return has(read(err), text); });
  }
  /// \return exit code, or -1 when it did not end, was stopped or killed
  int finish(pid_t child) {
    int status = 0;
    bool ended = waitFor([&] { return waitpid(child, &status, WNOHANG | WUNTRACED) == child; });
    if (!ended || WIFSTOPPED(status)) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

/// A console without a terminal.
struct Alone : Fixture {
  pid_t child = -1;
  explicit Alone(const Body &body) { start(body); }
  Alone(const std::string &lines, const Body &body) {
    write(commands, lines);
    start(body);
  }
  void start(const Body &body) {
    child = fork();
    if (child == 0) {
      setsid(); // no controlling terminal
      stderrToFile();
      _exit(runBody(body));
    }
    REQUIRE(waitFor([&] { return fs::exists(root / "ready"); }));
  }
  int finish() { return Fixture::finish(child); }
};

/// A console on a terminal of its own, and the user who sits at it.
struct AtTerminal : Fixture {
  int terminal = -1;
  pid_t child = -1;
  std::string seen;

  AtTerminal(bool stderr_apart, const Body &body) {
    child = forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
      if (stderr_apart)
        stderrToFile();
      _exit(runBody(body));
    }
    REQUIRE(waitFor([&] { return fs::exists(root / "ready"); }));
  }
  ~AtTerminal() { close(terminal); }
  void look(int wait_ms) {
    pollfd source{terminal, POLLIN, 0};
    char buffer[4096];
    ssize_t got = poll(&source, 1, wait_ms) > 0 ? ::read(terminal, buffer, sizeof buffer) : 0;
    for (ssize_t i = 0; i < got; ++i)
      if (buffer[i] != '\r')
        seen += buffer[i];
  }
  bool sees(const std::string &text) {
    for (int i = 0; i < 300 && !has(seen, text); ++i)
      look(10);
    return has(seen, text);
  }
  void type(const std::string &text) {
    seen.clear();
    REQUIRE(::write(terminal, text.data(), text.size()) > 0);
  }
  int finish() {
    look(0);
    int code = Fixture::finish(child);
    look(0);
    return code;
  }
};

int pauseAndWait(Console &console, PatchWatcher &watcher, double timeout_seconds = 0) {
  console.showPause(someScreen());
  return static_cast<int>(console.wait(someScreen(), watcher, timeout_seconds).command);
}

Body waits(bool quiet = false, double timeout_seconds = 0) {
  return [=](PatchWatcher &watcher) {
    Console console(quiet, "");
    return pauseAndWait(console, watcher, timeout_seconds);
  };
}

constexpr int kRetry = static_cast<int>(PauseCommand::Retry),
              kQuit = static_cast<int>(PauseCommand::Quit),
              kPatch = static_cast<int>(PauseCommand::Patch),
              kTimedOut = static_cast<int>(PauseCommand::TimedOut);

} // namespace

TEST_CASE("the screen") {
  CHECK(renderScreen(someScreen()) == R"(
c10::Error
  mat1 and mat2 shapes
  cannot be multiplied

at
  /src/net.cpp:5
    2 | line 2
    3 | line 3
    4 | line 4
  > 5 | line 5
  > 6 | line 6
    7 | line 7
    8 | line 8
    9 | line 9

frames, innermost first
  #0 Net::forward (/src/net.cpp:5)
  #1 main (/src/main.cpp:40)  [version 1]

variables
  x           at::Tensor  float[2, 3]
  batch_size  int         64

)");
}

TEST_CASE("the screen at the ends of a file, and without its source") {
  PauseScreen screen = someScreen();
  screen.line = 1;
  screen.end_line = 0; // not known
  CHECK(has(renderScreen(screen),
            "net.cpp:1\n  > 1 | line 1\n    2 | line 2\n    3 | line 3\n    4 | line 4\n\n"));
  screen.line = screen.end_line = 12;
  CHECK(has(renderScreen(screen),
            "\n     9 | line 9\n    10 | line 10\n    11 | line 11\n  > 12 | line 12\n\n"));
  screen.line = 13;
  CHECK(has(renderScreen(screen), "(its source is not at hand)"));
  screen.source.assign(60, "");
  screen.line = 10;
  screen.end_line = 50;
  CHECK(has(renderScreen(screen), "  > 21 |\n  >    | (the statement goes on until line 50)\n\n"));
}

TEST_CASE(
    "long types are cut, values and messages stay on their lines, control characters do not pass") {
  PauseScreen screen = someScreen();
  screen.variables = {{"model", std::string(60, 'T'), "a\nb\x1b[31m"}};
  screen.message = "red \x1b[31m";
  std::string text = renderScreen(screen);
  CHECK(has(text, "  model  " + std::string(37, 'T') + "...  a b?[31m\n"));
  CHECK(has(text, "  red ?[31m\n"));
}

TEST_CASE("script lines, exactly, one line each, quiet or not") {
  Alone alone([](PatchWatcher &) {
    Console console(true, "");
    PauseScreen screen = someScreen();
    screen.what = "std::runtime_error:\n  two lines";
    console.showPause(screen);
    console.showRefused("f: double before,\nfloat now");
    console.showFailed("net.cpp:3: error: no", "net.cpp:3: error: no\n  3 | x\n");
    console.showResumed("train(int)", "../a b.cpp", 7, 26.4);
    console.note("a note");
    console.showRepair("asks\tsomebody");
    return 0;
  });
  CHECK(alone.finish() == 0);
  CHECK(read(alone.err) ==
        "jit-host: paused: std::runtime_error:   two lines in Net::forward (/src/net.cpp:5)\n"
        "jit-host: patch refused: f: double before, float now\n"
        "net.cpp:3: error: no\n  3 | x\n"
        "jit-host: patch failed: net.cpp:3: error: no\n"
        "jit-host: resumed in train(int) (../a b.cpp:7) after 26 ms\n"
        "jit-host: a note\n"
        "repair: asks somebody\n");
}

TEST_CASE("without a terminal: the screen once on stderr, and only patches are waited for") {
  Alone alone(waits());
  REQUIRE(alone.waitForStderr("waiting for"));
  std::string text = read(alone.err);
  CHECK(has(text, "jit-host: paused: c10::Error in Net::forward (/src/net.cpp:5)\n\nc10::Error\n"));
  CHECK(has(text, "\nwaiting for a corrected source in /run/patches\n"));
  write(alone.folder + "/net.cpp", "x");
  CHECK(alone.finish() == kPatch);
  CHECK(read(alone.err) == text);
}

TEST_CASE("the patch is handed over with its files; complaints are refusals and no answer") {
  Alone alone([](PatchWatcher &watcher) {
    Console console(true, "");
    PauseAnswer answer = console.wait(someScreen(), watcher, 0);
    bool right = answer.command == PauseCommand::Patch && answer.patch.files.size() == 1 &&
                 answer.patch.files[0].name == "net.cpp" && answer.patch.files[0].text == "x";
    return right ? 42 : 1;
  });
  write(alone.folder + "/net.cpp", "");
  REQUIRE(alone.waitForStderr("empty"));
  CHECK(read(alone.err) == "jit-host: patch refused: net.cpp is empty; waiting for its content\n");
  write(alone.folder + "/net.cpp", "x");
  CHECK(alone.finish() == 42);
}

TEST_CASE("the time limit") {
  Alone alone(waits(true, 0.2));
  CHECK(alone.finish() == kTimedOut);
  CHECK(has(read(alone.err), "jit-host: neither a patch nor a command within 0.2 seconds\n"));
}

TEST_CASE("a commands file is consumed one line a wait, then only patches count") {
  const char *lines = "# a comment\n\n  retry  \ndescribe\nhelp\nr\nwat\nyes\nno\nw\nq\n";
  Alone alone(lines, [](PatchWatcher &watcher) {
    Console console(true, fs::path(watcher.folder()).parent_path() / "commands");
    std::string answers;
    auto wait = [&] {
      switch (console.wait(someScreen(), watcher, 0).command) {
      case PauseCommand::Retry:
        answers += 'r';
        break;
      case PauseCommand::Quit:
        answers += 'q';
        break;
      case PauseCommand::Patch:
        answers += 'p';
        break;
      case PauseCommand::TimedOut:
        answers += 't';
        break;
      }
    };
    wait();                                  // retry
    auto none = console.askYesNo("again?");  // describe is no answer
    wait();                                  // describe, help, r
    auto wrong = console.askYesNo("again?"); // wat is none either
    wait();                                  // wat, yes: unknown; no: unknown; w: a patch
    wait();                                  // q
    wait();                                  // used up: a patch
    return answers == "rrpqp" && !none && !wrong ? 42 : 1;
  });
  REQUIRE(alone.waitForStderr("unknown command 'no'"));
  std::string text = read(alone.err);
  CHECK(count(text, "c10::Error\n  mat1") == 1); // describe, although quiet
  CHECK(count(text, "  retry     runs the failing statement again\n") == 1);
  CHECK(has(text, "jit-host: unknown command 'wat' in " + alone.commands +
                      "; 'help' lists the commands\n"));
  write(alone.folder + "/net.cpp", "x");
  usleep(200000);
  write(alone.folder + "/net.cpp", "y");
  CHECK(alone.finish() == 42);
}

TEST_CASE("yes and no in a commands file answer questions") {
  Alone alone("yes\nn\n", [](PatchWatcher &watcher) {
    Console console(true, fs::path(watcher.folder()).parent_path() / "commands");
    auto first = console.askYesNo("runs again:\n  f()\ngo back?"),
         second = console.askYesNo("go back?");
    return first && *first && second && !*second && !console.askYesNo("go back?") ? 42 : 1;
  });
  CHECK(alone.finish() == 42);
  CHECK(read(alone.err) == "jit-host: runs again:   f() go back? yes\njit-host: go back? no\n");
}

TEST_CASE("a commands file that cannot be read leaves the patches") {
  Alone alone([](PatchWatcher &watcher) {
    Console console(true, "/nowhere/commands");
    return static_cast<int>(console.wait(someScreen(), watcher, 0.1).command);
  });
  CHECK(alone.finish() == kTimedOut);
  CHECK(has(read(alone.err), "jit-host: cannot read the commands in /nowhere/commands"));
}

TEST_CASE("there is nobody to ask without a terminal") {
  Alone alone([](PatchWatcher &) { return Console(true, "").askYesNo("go back?") ? 1 : 42; });
  CHECK(alone.finish() == 42);
}

TEST_CASE("a terminal is a prompt; what is on stderr is not shown twice") {
  AtTerminal user(false, waits());
  REQUIRE(user.sees("jit-host> "));
  CHECK(count(user.seen, "jit-host: paused: c10::Error in Net::forward (/src/net.cpp:5)\n") == 1);
  CHECK(has(user.seen,
            "waiting for a corrected source in /run/patches, or: retry, quit, describe, help\n"));
  user.type("frobnicate\n");
  CHECK(user.sees("unknown command 'frobnicate'; 'help' lists the commands\njit-host> "));
  user.type("h\n");
  CHECK(user.sees("shows the pause again\n"));
  CHECK(user.sees("jit-host> "));
  user.type("desc\n");
  CHECK(user.sees("> 5 | line 5\n"));
  CHECK(user.sees("jit-host> "));
  user.type("\n\004");
  CHECK(user.sees("'quit' ends the run\njit-host> "));
  SUBCASE("retry") {
    user.type("retry\n");
    CHECK(user.finish() == kRetry);
  }
  SUBCASE("quit, by its beginning") {
    user.type("q\n");
    CHECK(user.finish() == kQuit);
  }
  SUBCASE("a patch") {
    write(user.folder + "/net.cpp", "x");
    CHECK(user.finish() == kPatch);
  }
}

TEST_CASE("a line of the host starts at the beginning of a line, behind an open prompt too") {
  AtTerminal user(false, [](PatchWatcher &watcher) {
    Console console(true, "");
    PauseAnswer answer = console.wait(someScreen(), watcher, 0);
    console.showResumed("f", "a.cpp", 1, 1);
    return static_cast<int>(answer.command);
  });
  REQUIRE(user.sees("jit-host> "));
  write(user.folder + "/net.cpp", "");
  CHECK(user.sees("jit-host> \njit-host: patch refused: net.cpp is empty"));
  CHECK(user.sees("content\njit-host> "));
  write(user.folder + "/net.cpp", "x");
  CHECK(user.sees("jit-host> \njit-host: resumed in f (a.cpp:1) after 1 ms\n"));
  CHECK(user.finish() == kPatch);
}

TEST_CASE("with stderr elsewhere the user at the terminal still sees the pause") {
  AtTerminal user(true, waits());
  REQUIRE(user.sees("jit-host> "));
  CHECK(count(user.seen, "jit-host: paused: ") == 1);
  CHECK(count(user.seen, "> 5 | line 5") == 1);
  CHECK(count(read(user.err), "jit-host: paused: ") == 1);
  CHECK(count(read(user.err), "> 5 | line 5") == 1);
  CHECK_FALSE(has(read(user.err), "jit-host> "));
  user.type("quit\n");
  CHECK(user.finish() == kQuit);
}

TEST_CASE("questions are asked until they are answered with yes or no") {
  AtTerminal user(false, [](PatchWatcher &) {
    Console console(true, "");
    auto first = console.askYesNo("f() runs again; go back?"), second = console.askYesNo("sure?");
    return first && *first && second && !*second && !console.askYesNo("third?") ? 42 : 1;
  });
  REQUIRE(user.sees("f() runs again; go back? [yes/no] "));
  user.type("what\n");
  REQUIRE(user.sees("go back? [yes/no] "));
  user.type("y\n");
  REQUIRE(user.sees("sure? [yes/no] "));
  user.type("no\n");
  REQUIRE(user.sees("third? [yes/no] "));
  user.type("\004"); // end of file: no answer
  CHECK(user.finish() == 42);
}

TEST_CASE("a question ends with the time limit of the pause") {
  AtTerminal user(false, [](PatchWatcher &watcher) {
    Console console(true, "");
    console.wait(someScreen(), watcher, 0.2);
    return console.askYesNo("go back?") ? 1 : 42;
  });
  CHECK(user.finish() == 42);
}

TEST_CASE("in the background there is no terminal, and nothing stops the process") {
  AtTerminal user(false, [](PatchWatcher &watcher) {
    pid_t background = fork();
    if (background == 0) {
      setpgid(0, 0);
      alarm(30);
      Console console(false, "");
      bool asked = console.askYesNo("go back?").has_value();
      int code = pauseAndWait(console, watcher);
      _exit(asked ? 99 : code);
    }
    setpgid(background, background);
    int status = 0;
    waitpid(background, &status, WUNTRACED);
    if (WIFSTOPPED(status))
      kill(background, SIGKILL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
  });
  REQUIRE(user.sees("waiting for a corrected source in /run/patches\n"));
  user.type("quit\n");
  usleep(100000);
  write(user.folder + "/net.cpp", "x");
  CHECK(user.finish() == kPatch);
  CHECK_FALSE(has(user.seen, "jit-host> "));
}

TEST_CASE("back in the foreground the prompt comes again") {
  AtTerminal user(false, [](PatchWatcher &watcher) {
    signal(SIGTTOU, SIG_IGN); // so that this process can hand the terminal on
    pid_t background = fork();
    if (background == 0) {
      setpgid(0, 0);
      alarm(30);
      Console console(true, "");
      _exit(pauseAndWait(console, watcher));
    }
    setpgid(background, background);
    usleep(200000);
    tcsetpgrp(STDIN_FILENO, background);
    int status = 0;
    waitpid(background, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
  });
  REQUIRE(user.sees("jit-host> "));
  user.type("retry\n");
  CHECK(user.finish() == kRetry);
}

TEST_CASE("a terminal that is closed leaves the patches, quietly") {
  AtTerminal user(true, [](PatchWatcher &watcher) {
    signal(SIGHUP, SIG_IGN); // as under nohup
    Console console(true, "");
    clock_t before = clock();
    int code = pauseAndWait(console, watcher);
    return clock() - before > CLOCKS_PER_SEC / 10 ? 97 : code; // it must sleep, not spin
  });
  REQUIRE(user.sees("jit-host> "));
  close(user.terminal);
  user.terminal = -1;
  usleep(500000);
  write(user.folder + "/net.cpp", "x");
  CHECK(user.Fixture::finish(user.child) == kPatch);
}
