// The text of the pause screen: its parts, what is shortened, colours; and text on a terminal as
// such.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "pause/screen.h"

#include "console_case.h"
#include "trace/story.h"

using namespace jithost;

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

TEST_CASE("columns of text") {
  CHECK(columnsOf("abc") == 3);
  CHECK(columnsOf("gr\u00f6\u00dfe") == 5);
  CHECK(columnsOf("\u4e2d\u6587") == 4);
  CHECK(columnsOf("e\u0301") == 1);  // a combining accent
  CHECK(columnsOf("\xff\xfe") == 2); // no UTF-8
  CHECK(padded("\u4e2d", 4) == "\u4e2d  ");
}

TEST_CASE("what is too long ends with an ellipsis, at a whole character") {
  CHECK(cut("abcdefgh", 8) == "abcdefgh");
  CHECK(cut("abcdefghi", 8) == "abcde...");
  CHECK(cut("abcdefghi", 0) == "abcdefghi");
  CHECK(cut("\u4e2d\u6587\u4e2d\u6587", 7) == "\u4e2d\u6587...");
  CHECK(cut("\u4e2d\u6587\u4e2d\u6587", 6) == "\u4e2d...");
  CHECK(cutSayingSize(std::string(60, 'v'), 30) == std::string(11, 'v') + "... (60 characters)");
  CHECK(cutSayingSize("\"" + std::string(60, 'v') + "\"... (9999 characters)", 40) ==
        "\"" + std::string(18, 'v') + "... (9999 characters)");
  CHECK(cutSayingSize(std::string(60, 'v'), 12) == std::string(9, 'v') + "...");
}

TEST_CASE("of a deep stack both ends are shown, under their own numbers") {
  PauseScreen screen;
  for (size_t i = 0; i < kInnerFrames + kOuterFrames; ++i)
    screen.frames.push_back({i < kInnerFrames ? "deep" : "outer", "a.cpp", 7, ""});
  std::string whole = renderFrames(screen);
  CHECK(has(whole, "  #99 deep (a.cpp:7)\n  #100 outer (a.cpp:7)\n"));
  CHECK(!has(whole, "more"));
  screen.frames_left_out = 5000;
  CHECK(has(renderFrames(screen),
            "  #99 deep (a.cpp:7)\n  ... 5000 more\n  #5100 outer (a.cpp:7)\n"));
}

TEST_CASE("nothing that a terminal would obey gets through") {
  CHECK(printable("a\033[31mb") == "a?[31mb");
  CHECK(printable("a\u009b31m") == "a?31m"); // the same in one character
  CHECK(printable("a\x9b") == "a?");
  CHECK(printable("\tx\ty") == "        x       y");
  CHECK(printableLines("a\n\tb\rc\n") == "a\n        b?c\n");
  CHECK(oneLine("a\r\n  b\n") == "a   b");
}

TEST_CASE("the terminal's width is kept to") {
  PauseScreen screen = someScreen();
  screen.source[4] = "\tcall(" + std::string(100, 'a') + ");";
  screen.frames[0].function = std::string(90, 'f');
  screen.variables = {{"x", "at::Tensor", "float[2, 3]"},
                      {std::string(40, 'n'), std::string(60, 'T'), std::string(200, 'v')}};
  for (size_t width : {60, 80, 132}) {
    std::istringstream lines(renderScreen(screen, {width, false}));
    size_t longest = 0;
    for (std::string line; std::getline(lines, line);)
      longest = std::max(longest, columnsOf(line));
    CHECK(longest == width);
  }
  std::string text = renderScreen(screen, {80, false});
  CHECK(has(text, "fff... (/src/net.cpp:5)\n"));
  CHECK(has(text, "... (200 characters)\n"));
  CHECK(has(text, "  > 5 |         call(aaa"));
  CHECK(
      has(renderLocals(screen, {80, false}), std::string(60, 'T') + "  " + std::string(200, 'v')));
  screen.variables.clear();
  CHECK(renderLocals(screen) == "no variables are in scope here\n");
}

TEST_CASE("types are shortened only where values need the room") {
  PauseScreen screen = someScreen();
  screen.variables = {{"x", std::string(40, 'T'), "1"}};
  CHECK(has(renderScreen(screen, {60, false}), "  x  " + std::string(40, 'T') + "  1\n"));
  screen.variables[0].value = std::string(30, 'v');
  CHECK(has(renderScreen(screen, {60, false}),
            "  x  " + std::string(17, 'T') + "...  " + std::string(30, 'v') + "\n"));
}

TEST_CASE("colours tell the parts apart, and change nothing else") {
  std::string text = renderScreen(someScreen(), {100, true});
  CHECK(has(text, "\033[1;31mc10::Error\033[0m\n"));
  CHECK(has(text, "\033[1;31m>\033[0m \033[2m5 |\033[0m \033[1mline 5\033[0m\n"));
  CHECK(has(text, "    \033[2m7 |\033[0m line 7\n"));
  CHECK(has(text, "\033[1mNet::forward\033[0m \033[36m(/src/net.cpp:5)\033[0m\n"));
  CHECK(has(text, "\033[36mx         \033[0m  \033[2mat::Tensor\033[0m  float[2, 3]\n"));
  CHECK(AtTerminal::plain(text) == renderScreen(someScreen(), {100, false}));
}
