// A console in a child process that has a terminal of its own, or has none.
#pragma once

#include "pause/console.h"

#include "temporary_folder.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <functional>
#include <poll.h>
#include <pty.h>
#include <regex>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace jithost {

inline PauseScreen someScreen() {
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

inline bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

inline size_t count(const std::string &text, const std::string &part) {
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
    setenv("XDG_STATE_HOME", (root / "state").c_str(), 1);
    unsetenv("NO_COLOR");
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
  std::string seen; // since the last keys; without what colours and moves the cursor
  std::string raw;  // all of it
  size_t mark = 0;  // where in `raw` it is that `seen` begins

  /// \param name as in $TERM; "dumb": lines as the kernel gives them
  AtTerminal(bool stderr_apart, const Body &body, const char *name = "xterm",
             unsigned short columns = 100) {
    winsize size{24, columns, 0, 0};
    child = forkpty(&terminal, nullptr, nullptr, &size);
    if (child == 0) {
      setenv("TERM", name, 1);
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
    raw.append(buffer, std::max<ssize_t>(got, 0));
    seen = plain(raw.substr(mark));
  }
  static std::string plain(const std::string &text) {
    return std::regex_replace(text, std::regex("\033\\[[0-9;?]*[A-Za-z]|\r"), "");
  }
  bool sees(const std::string &text) {
    for (int i = 0; i < 300 && !has(seen, text); ++i)
      look(10);
    return has(seen, text);
  }
  void type(const std::string &text) {
    seen.clear();
    mark = raw.size();
    REQUIRE(::write(terminal, text.data(), text.size()) > 0);
  }
  int finish() {
    look(0);
    int code = Fixture::finish(child);
    look(0);
    return code;
  }
};

} // namespace jithost
