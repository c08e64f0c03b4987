// The console: the lines that scripts rely on, the screen, the commands file, and the prompt on a
// terminal. Each console runs in a child process that has the terminal, or has none.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "console_case.h"
#include "pause/progress.h"

#include <ctime>
#include <thread>

using namespace jithost;

namespace {

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
  CHECK(has(text, "\nnothing is lost: every variable is as the failing statement left it\n"
                  "waiting for a corrected source in /run/patches\n"));
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
  CHECK(has(read(alone.err), "jit-host: neither a patch nor a command within 200 ms\n"));
}

TEST_CASE("a commands file is consumed one line a wait, then only patches count") {
  const char *lines = "# a comment\n\n  retry  \ndescribe\nhelp\nretr\nwat\nyes\nno\nw\nq\n";
  Alone alone(lines, [](PatchWatcher &watcher) {
    Console console(true, fs::path(watcher.folder()).parent_path() / "commands");
    std::string answers;
    auto wait = [&] {
      PauseCommand command = console.wait(someScreen(), watcher, 0).command;
      answers += command == PauseCommand::Retry   ? 'r'
                 : command == PauseCommand::Quit  ? 'q'
                 : command == PauseCommand::Patch ? 'p'
                                                  : '?';
    };
    wait();                                  // retry
    auto none = console.askYesNo("again?");  // describe is no answer
    wait();                                  // describe, help, retr
    auto wrong = console.askYesNo("again?"); // wat is none either
    wait();                                  // wat, yes: unknown; no: unknown; w: a patch
    wait();                                  // q
    wait();                                  // used up: a patch
    return answers == "rrpqp" && !none && !wrong ? 42 : 1;
  });
  REQUIRE(alone.waitForStderr("unknown command 'no'"));
  std::string text = read(alone.err);
  CHECK(count(text, "c10::Error\n  mat1") == 1); // describe, although quiet
  CHECK(count(text, "  retry             runs the failing statement again\n") == 1);
  CHECK(has(text, "jit-host: unknown command 'wat'; 'help' lists the commands (" + alone.commands +
                      ":7)\n"));
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
            "waiting for a corrected source in /run/patches, or a command: help lists them\n"));
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

TEST_CASE("a line of the host starts at the beginning of a line, where a prompt was open too") {
  AtTerminal user(false, [](PatchWatcher &watcher) {
    Console console(true, "");
    PauseAnswer answer = console.wait(someScreen(), watcher, 0);
    console.showResumed("f", "a.cpp", 1, 1);
    return static_cast<int>(answer.command);
  });
  REQUIRE(user.sees("jit-host> "));
  write(user.folder + "/net.cpp", "");
  CHECK(user.sees("jit-host> jit-host: patch refused: net.cpp is empty"));
  CHECK(user.sees("content\njit-host> "));
  write(user.folder + "/net.cpp", "x");
  CHECK(user.sees("jit-host> jit-host: resumed in f (a.cpp:1) after 1 ms\n"));
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

TEST_CASE("commands come one after the other, with their arguments; wrong use is said at once") {
  const char *lines = "print x + 1\nset a = b == c\nframe 1\nframe 2\nframe x\ngoto 0\n"
                      "eval for (;;) {\n  f();\n}\nprint a\\\n + b\nretry now\nreturn\nbt\n"
                      "info locals\nhelp goto\nundo\n";
  Alone alone(lines, [](PatchWatcher &watcher) {
    Console console(true, fs::path(watcher.folder()).parent_path() / "commands");
    std::string answers;
    for (int i = 0; i < 7; ++i) {
      PauseAnswer answer = console.wait(someScreen(), watcher, 0);
      answers += std::to_string(static_cast<int>(answer.command)) + "<" + answer.argument + ">";
      console.answer("answered " + std::to_string(i));
    }
    write(fs::path(watcher.folder()).parent_path() / "answers", answers);
    return 42;
  });
  CHECK(alone.finish() == 42);
  auto is = [](PauseCommand command, const std::string &argument) {
    return std::to_string(static_cast<int>(command)) + "<" + argument + ">";
  };
  CHECK(read(alone.root / "answers") ==
        is(PauseCommand::Print, "x + 1") + is(PauseCommand::Set, "a = b == c") +
            is(PauseCommand::Frame, "1") + is(PauseCommand::Eval, "for (;;) {\nf();\n}") +
            is(PauseCommand::Print, "a\n+ b") + is(PauseCommand::Return, "") +
            is(PauseCommand::Undo, ""));
  std::string text = read(alone.err), place = " (" + alone.commands + ":";
  CHECK(has(text, "there is no frame 2; 'frames' shows those there are" + place + "4)\n"));
  CHECK(has(text, "jit-host: 'frame N' needs the number of a frame; 'frames' shows them" + place +
                      "5)\n"));
  CHECK(has(text, "jit-host: 'goto LINE' needs the number of a line in the chosen frame's "
                  "function" +
                      place + "6)\n"));
  CHECK(has(text, "jit-host: 'retry' stands alone" + place + "12)\n"));
  CHECK(has(text, "answered 0\nanswered 1\nanswered 2\n"));
  CHECK(has(text, "answered 5\n  #0 Net::forward (/src/net.cpp:5)\n"));
  CHECK(has(text, "  x           at::Tensor  float[2, 3]\n"));
  CHECK(has(text, "  goto LINE  goes on at a line"));
}

TEST_CASE("what a command answers is for the terminal alone, and obeys nothing") {
  AtTerminal user(true, [](PatchWatcher &watcher) {
    Console console(true, "");
    PauseAnswer answer = console.wait(someScreen(), watcher, 0);
    console.answer("value: \033[31m" + answer.argument + "\nsecond");
    return pauseAndWait(console, watcher);
  });
  REQUIRE(user.sees("jit-host> "));
  user.type("print gr\u00f6\u00dfe\n");
  CHECK(user.sees("value: ?[31mgr\u00f6\u00dfe\nsecond\n"));
  CHECK_FALSE(has(read(user.err), "value"));
  user.type("quit\n");
  CHECK(user.finish() == kQuit);
}

TEST_CASE("a thread that speaks while a line is typed leaves the line") {
  for (const char *name : {"xterm", "dumb"}) {
    CAPTURE(name);
    AtTerminal user(
        false,
        [](PatchWatcher &watcher) {
          Console console(true, "");
          std::thread other([&] {
            for (int i = 0; i < 3; ++i) {
              usleep(300000);
              console.note("word " + std::to_string(i));
            }
          });
          int code = pauseAndWait(console, watcher);
          other.join();
          return code;
        },
        name);
    REQUIRE(user.sees("jit-host> "));
    user.type("qu");
    REQUIRE(user.sees("jit-host: word 2\njit-host> "));
    if (name == std::string("xterm")) {
      CHECK(has(user.seen, "jit-host: word 2\njit-host> qu"));
      CHECK(has(user.raw, "\r\033[Jjit-host: word 2\r\n")); // in the place of the line
    }
    user.type("it\n");
    CHECK(user.finish() == kQuit);
  }
}

TEST_CASE("lines of one command, and a command that is abandoned") {
  AtTerminal user(false, [](PatchWatcher &watcher) {
    Console console(true, "");
    PauseAnswer answer = console.wait(someScreen(), watcher, 0);
    bool right = answer.command == PauseCommand::Eval && answer.argument == "if (x) {\n  y();\n}";
    return right ? pauseAndWait(console, watcher) : 99;
  });
  REQUIRE(user.sees("jit-host> "));
  user.type("eval while (\n");
  CHECK(user.sees("        > "));
  user.type("\3");
  CHECK(user.sees("^C\njit-host> "));
  user.type("eval if (x) {\n  y();\n}\n");
  CHECK(user.sees("jit-host: paused: "));
  user.type("quit\n");
  CHECK(user.finish() == kQuit);
}

TEST_CASE("colours are for terminals, and for those who want them; fixed lines never have any") {
  Body pause = [](PatchWatcher &watcher) {
    Console console(false, "");
    return pauseAndWait(console, watcher);
  };
  auto quits = [](AtTerminal &user) {
    REQUIRE(user.sees("jit-host> "));
    std::string raw = user.raw;
    user.type("quit\n");
    CHECK(user.finish() == kQuit);
    return raw.substr(0, raw.find("jit-host> "));
  };
  AtTerminal plain_user(false, pause, "dumb"), user(false, pause), apart(true, pause);
  CHECK_FALSE(has(quits(plain_user), "\033"));
  std::string raw = quits(user);
  CHECK(has(raw, "\033[1;31mc10::Error\033[0m\r\n"));
  CHECK(raw.find("jit-host: paused: c10::Error in Net::forward (/src/net.cpp:5)\r\n") == 0);
  CHECK(has(quits(apart), "\033[1;31mc10::Error"));
  CHECK_FALSE(has(read(apart.err), "\033"));
  AtTerminal no_color(false, [&](PatchWatcher &watcher) {
    setenv("NO_COLOR", "1", 1);
    return pause(watcher);
  });
  CHECK_FALSE(has(quits(no_color), "\033[1;31m"));
}

TEST_CASE("progress is shown after half a second, gives way, and leaves nothing behind") {
  AtTerminal user(false, [](PatchWatcher &watcher) {
    Console console(true, "");
    {
      Progress quick(console, "something quick");
    }
    {
      Progress slow(console, "compiling net.cpp");
      usleep(1200000);
      console.note("a word");
      usleep(300000);
    }
    console.note("the end");
    return 42;
  });
  CHECK(user.sees("the end"));
  CHECK(user.finish() == 42);
  CHECK_FALSE(has(user.raw, "something quick"));
  std::vector<double> shown_ms;
  std::regex drawn("compiling net.cpp \\.\\.\\. ([0-9.]+) (ms|s)");
  for (std::sregex_iterator it(user.raw.begin(), user.raw.end(), drawn), end; it != end; ++it)
    shown_ms.push_back(std::stod((*it)[1]) * ((*it)[2] == "s" ? 1000 : 1));
  REQUIRE(shown_ms.size() > 2);
  CHECK(shown_ms.front() >= 500);
  CHECK(shown_ms.back() > shown_ms.front() + 200);
  std::string blank(24, ' ');
  CHECK(has(user.seen, blank + "jit-host: a word\n"));
  CHECK(has(user.seen, blank + "jit-host: the end\n"));
}

TEST_CASE("without a terminal there is no progress") {
  Alone alone([](PatchWatcher &) {
    Console console(true, "");
    Progress slow(console, "compiling net.cpp");
    usleep(700000);
    return 42;
  });
  CHECK(alone.finish() == 42);
  CHECK(read(alone.err) == "");
}
