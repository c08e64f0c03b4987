// The screen of a pause: what it says as plain data, and its text.
#pragma once

#include "text.h"

#include <string>
#include <string_view>
#include <vector>

namespace jithost {

struct ShownVariable {
  std::string name, type, value; // value: one line, already summarised
};

struct ShownFrame {
  std::string function, file;
  unsigned line = 0;
  std::string note; // "version 1, outdated", "no guards: destructor"
};

inline constexpr size_t kInnerFrames = 100, kOuterFrames = 20;

/// Everything the screen of a pause says, as plain data.
struct PauseScreen {
  std::string what;    // "exception c10::Error"
  std::string message; // may have several lines
  std::string thread;  // "thread 4711"; empty: the main one
  std::string function, file;
  unsigned line = 0, column = 0, end_line = 0;
  std::string statement;                // its tokens
  std::vector<std::string> source;      // all lines of the file's version that runs
  std::vector<ShownFrame> frames;       // innermost first
  size_t frames_left_out = 0;           // of a deep stack, behind the first kInnerFrames
  std::vector<ShownVariable> variables; // of the chosen frame; the prompt completes their names
  std::string memory;                   // lines, when memory ran out
  std::string threads;                  // lines, when the run hangs
  std::string patches_folder;
};

/// What failed, the source around it, frames and variables. Ends with a line break.
std::string renderScreen(const PauseScreen &screen, const Look &look = {});

/// The parts that have commands of their own. `locals` shortens nothing.
std::string renderFrames(const PauseScreen &screen, const Look &look = {});
std::string renderLocals(const PauseScreen &screen, const Look &look = {});

/// The source around a frame's statement, and its variables.
std::string renderFrame(const PauseScreen &screen, const Look &look = {});

/// What the run waits for. \param commands whether somebody can type commands
std::string renderWaiting(const PauseScreen &screen, bool commands, const Look &look = {});

/// FUNCTION (FILE:LINE)
std::string placeText(const std::string &function, const std::string &file, unsigned line);

} // namespace jithost
