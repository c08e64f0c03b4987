// The commands that can be given to a paused run, at the terminal or in a commands file: their
// names, their arguments, and what is said when they are used wrongly.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jithost {

/// What is to be done with a paused run.
enum class PauseCommand {
  Retry,   // the failing statement again
  Skip,    // on behind it
  Restart, // the chosen frame's function from its first statement
  Goto,    // a line of the chosen frame's function
  Return,  // from the chosen frame
  Frame,   // chooses a frame
  Print,   // an expression
  Eval,    // statements
  Set,     // VAR = EXPR
  Focus,
  Diff,
  Undo,
  Versions,
  Rescue,
  Quit,
  Patch,     // files settled in the folder
  TimedOut,  // nobody did anything
  Terminate, // the descriptor of Console::wakeOn can be read
};

/// What the console answers itself, from the screen.
enum class ScreenCommand {
  Describe,
  Frames,
  Locals,
  Help,
  Wait, // in a commands file
};

struct Command {
  std::variant<PauseCommand, ScreenCommand> what;
  std::string argument; // checked: a number where one is wanted, not empty where it is needed
};

/// One line that says what is expected.
struct Misuse {
  std::string sentence;
};

/// A command by its name, by a beginning that fits only one, or by one of gdb's short forms.
std::variant<Command, Misuse> parseCommand(std::string_view text);

/// Whether the next line belongs to this command too: a backslash at the end, or statements with
/// an open bracket.
bool goesOn(const std::string &text);

/// `text`, which goes on, with the next line.
std::string joined(const std::string &text, const std::string &next);

/// All names, in the order of the help.
std::vector<std::string> commandNames();

/// Whether what follows this command is C++, with names of variables in it.
bool takesCode(std::string_view name);

/// All commands, or all about one.
std::string helpText(const std::string &patches_folder);
std::variant<std::string, Misuse> helpAbout(std::string_view command);

/// yes, y, no, n; nothing for anything else.
std::optional<bool> parseYesNo(const std::string &text);

struct FileCommand {
  std::string text;
  unsigned line = 0; // of its beginning
};

/// The commands in a file, blank lines and comments left out. Nothing: it cannot be read.
std::optional<std::vector<FileCommand>> readCommandsFile(const std::string &path);

} // namespace jithost
