// The commands: names, beginnings, gdb's short forms, arguments, wrong use, help, completion,
// history.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "pause/commands.h"

#include "console_case.h"
#include "pause/completion.h"
#include "pause/history.h"

#include <algorithm>

using namespace jithost;

namespace {

/// NAME<ARGUMENT>, or the sentence about wrong use.
std::string parsed(const std::string &text) {
  auto result = parseCommand(text);
  if (auto *misuse = std::get_if<Misuse>(&result))
    return misuse->sentence;
  const Command &command = std::get<Command>(result);
  for (const std::string &name : commandNames()) {
    for (const char *argument : {"", " x", " 1", " x = 1"}) {
      auto plain = parseCommand(name + argument);
      auto *same = std::get_if<Command>(&plain);
      if (same && same->what == command.what)
        return name + "<" + command.argument + ">";
    }
  }
  return "no name";
}

std::string completed(const std::string &text) {
  Completion completion = complete(text, someScreen());
  std::string result = completion.added;
  for (const std::string &candidate : completion.candidates)
    result += " " + candidate;
  return result;
}

} // namespace

TEST_CASE("each command by its name, with what it takes") {
  for (const char *alone : {"describe", "frames", "locals", "retry", "skip", "restart", "versions",
                            "undo", "rescue", "quit", "wait"}) {
    CHECK(parsed(alone) == std::string(alone) + "<>");
    CHECK(parsed(std::string(alone) + " x") == "'" + std::string(alone) + "' stands alone");
  }
  CHECK(parsed(" frame \t1 ") == "frame<1>");
  CHECK(parsed("print x.sizes() + 1") == "print<x.sizes() + 1>");
  CHECK(parsed("eval a(); b();") == "eval<a(); b();>");
  CHECK(parsed("set x[0] = y == z") == "set<x[0] = y == z>");
  CHECK(parsed("return") == "return<>");
  CHECK(parsed("return {1, 2}") == "return<{1, 2}>");
  CHECK(parsed("goto 12") == "goto<12>");
  CHECK(parsed("diff") == "diff<>");
  CHECK(parsed("diff 2") == "diff<2>");
  CHECK(parsed("focus") == "focus<>");
  CHECK(parsed("help") == "help<>");
  CHECK(parsed("help goto") == "help<goto>");
}

TEST_CASE("wrong use says what is expected") {
  const std::string frame = "'frame N' needs the number of a frame; 'frames' shows them",
                    line = "'goto LINE' needs the number of a line in the chosen frame's function",
                    set = "'set VAR = EXPR' needs a variable and its new value, as in: set rate = "
                          "0.01";
  for (const char *text : {"frame", "frame x", "frame -1", "frame 1 2", "f 99999999999"})
    CHECK(parsed(text) == frame);
  for (const char *text : {"goto", "goto 0", "goto x", "goto 12x"})
    CHECK(parsed(text) == line);
  for (const char *text : {"set", "set x", "set x =", "set = 1", "set x == 1", "set x <= 1"})
    CHECK(parsed(text) == set);
  CHECK(parsed("print") == "'print EXPR' needs an expression, as in: print x.sizes()");
  CHECK(parsed("eval ") ==
        "'eval STATEMENTS' needs statements, as in: eval count = 0; log.clear()");
  CHECK(parsed("help me please") == "'help [COMMAND]' takes one word at most");
  CHECK(parsed("frobnicate") == "unknown command 'frobnicate'; 'help' lists the commands");
  CHECK(parsed("") == "unknown command ''; 'help' lists the commands");
  CHECK(parsed("42") == "unknown command '42'; 'help' lists the commands");
  CHECK(parsed("print_all") == "unknown command 'print_all'; 'help' lists the commands");
}

TEST_CASE("beginnings that fit only one command, and gdb's short forms") {
  CHECK(parsed("desc") == "describe<>");
  CHECK(parsed("g 3") == "goto<3>");
  CHECK(parsed("sk") == "skip<>");
  CHECK(parsed("re") == "'re' may be retry, return, restart, rescue: type more of the name");
  CHECK(parsed("fr 1") == "'fr' may be frames, frame: type more of the name");
  CHECK(parsed("retr") == "retry<>");
  CHECK(parsed("p x") == "print<x>");
  CHECK(parsed("p*x") == "print<*x>");
  CHECK(parsed("p(x + 1)") == "print<(x + 1)>");
  CHECK(parsed("f 1") == "frame<1>");
  CHECK(parsed("bt") == "frames<>");
  CHECK(parsed("where") == "frames<>");
  CHECK(parsed("q") == "quit<>");
  CHECK(parsed("h") == "help<>");
  CHECK(parsed("info locals") == "locals<>");
  CHECK(parsed("i lo") == "locals<>");
  CHECK(has(parsed("info registers"), "there is 'info locals'"));
}

TEST_CASE("lines that belong together") {
  CHECK(goesOn("print a \\"));
  CHECK(goesOn("eval for (;;) {"));
  CHECK(goesOn("p f(1,"));
  CHECK_FALSE(goesOn("eval f(\"(\");"));
  CHECK_FALSE(goesOn("eval c = '{';"));
  CHECK_FALSE(goesOn("eval n = 1'000; // {"));
  CHECK_FALSE(goesOn("eval }"));
  CHECK_FALSE(goesOn("frame ("));
  CHECK(joined("print a \\", "+ b") == "print a \n+ b");
  TemporaryFolder folder;
  write(folder / "commands", "# first\n\n  p a \\\n  + b\nretry\neval {\n} // }\nprint (\n");
  auto commands = readCommandsFile(folder / "commands");
  REQUIRE(commands->size() == 4);
  CHECK((*commands)[0].text == "p a \n+ b");
  CHECK((*commands)[0].line == 3);
  CHECK((*commands)[1].text == "retry");
  CHECK((*commands)[1].line == 5);
  CHECK((*commands)[2].text == "eval {\n} // }");
  CHECK((*commands)[3].text == "print (");
  CHECK_FALSE(readCommandsFile(folder / "none"));
}

TEST_CASE("help on all and on one") {
  std::string all = helpText("/run/patches");
  for (const std::string &name : commandNames()) {
    CHECK(has(all, "\n  " + name + " ") + (all.find("  " + name + " ") == 0) == 1);
    CHECK(has(std::get<std::string>(helpAbout(name)), "  " + name));
  }
  CHECK(has(all, "saved in /run/patches\n"));
  CHECK(
      has(std::get<std::string>(helpAbout("p")), "  print EXPR  evaluates an expression\n  Also"));
  CHECK(has(std::get<Misuse>(helpAbout("nothing")).sentence, "unknown command 'nothing'"));
}

TEST_CASE("TAB completes commands, then what they take") {
  CHECK(completed("desc") == "ribe ");
  CHECK(completed("  he") == "lp ");
  CHECK(completed("re") == " rescue restart retry return");
  CHECK(completed("fr") == "ame");
  CHECK(completed("frame") == " frame frames");
  CHECK(completed("xyz") == "");
  CHECK(completed("help got") == "o");
  CHECK(completed("info l") == "ocals");
  CHECK(completed("print ba") == "tch_size");
  CHECK(completed("p(1 + ba") == "tch_size");
  CHECK(completed("set ") == " batch_size x");
  CHECK(completed("print x.ba") == "");
  CHECK(completed("print x->ba") == "");
  CHECK(completed("frame ba") == "");
}

TEST_CASE("the history is kept, bounded, without duplicates, and shared") {
  TemporaryFolder folder;
  std::string path = folder / "state/jit-host/history";
  History first(path), second(path);
  CHECK(first.entries().empty());
  first.add("frames");
  first.add("p x");
  first.add("frames");
  first.add("frames");
  first.add("");
  CHECK(first.entries() == std::vector<std::string>{"p x", "frames"});
  CHECK(second.entries() == std::vector<std::string>{"p x", "frames"});
  for (int i = 0; i < 1200; ++i)
    second.add("p " + std::to_string(i));
  CHECK(second.entries().size() == 500);
  first.add("locals");
  History third(path);
  CHECK(third.entries().size() == 500);
  CHECK(third.entries().back() == "locals");
  CHECK(third.entries()[498] == "p 1199");
  std::string text = read(path);
  CHECK(std::count(text.begin(), text.end(), '\n') <= 1001);
  History nowhere("/proc/nowhere/history");
  nowhere.add("frames");
  CHECK(nowhere.entries().size() == 1);
}

TEST_CASE("where the history is") {
  setenv("HOME", "/home/me", 1);
  unsetenv("XDG_STATE_HOME");
  CHECK(History::userPath() == "/home/me/.local/state/jit-host/history");
  setenv("XDG_STATE_HOME", "relative", 1);
  CHECK(History::userPath() == "/home/me/.local/state/jit-host/history");
  setenv("XDG_STATE_HOME", "/state", 1);
  CHECK(History::userPath() == "/state/jit-host/history");
  unsetenv("XDG_STATE_HOME");
  unsetenv("HOME");
  CHECK(History::userPath() == "");
}
