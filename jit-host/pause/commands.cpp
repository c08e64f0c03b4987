// The table of commands, and everything that follows from it: names, beginnings, arguments, help.
#include "commands.h"

#include "text.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <spdlog/fmt/fmt.h>

namespace jithost {
namespace {

enum class Argument {
  None,
  Code,         // must be there
  OptionalCode, //
  Assignment,   // VAR = EXPR
  Number,       // 0 or more
  Line,         // 1 or more
  Name,         // a word that may be missing
};

struct Entry {
  std::variant<PauseCommand, ScreenCommand> what;
  std::string_view name, argument_name;
  Argument argument;
  std::string_view help;    // after the name, in the list
  std::string_view details; // further sentences of `help NAME`
};

constexpr Entry kEntries[] = {
    {ScreenCommand::Describe, "describe", "", Argument::None, "shows the pause again", ""},
    {ScreenCommand::Frames, "frames", "", Argument::None, "shows the active functions",
     "Also 'bt', 'where'. 'frame N' chooses one of them."},
    {PauseCommand::Frame, "frame", "N", Argument::Number, "chooses a frame, by its number",
     "Also 'f'. Variables, expressions and 'return', 'restart', 'goto' are then those of that "
     "frame."},
    {ScreenCommand::Locals, "locals", "", Argument::None, "shows the variables in full",
     "Also 'info locals'."},
    {PauseCommand::Print, "print", "EXPR", Argument::Code, "evaluates an expression",
     "Also 'p'. It sees what the chosen frame's code sees, as in: print x.sizes()"},
    {PauseCommand::Set, "set", "VAR = EXPR", Argument::Assignment, "changes a variable",
     "As in: set learning_rate = 0.01"},
    {PauseCommand::Eval, "eval", "STATEMENTS", Argument::Code, "runs statements in the frame",
     "They see and may change its variables. With an open bracket, or a backslash at the end, the "
     "next line belongs to them too."},
    {PauseCommand::Retry, "retry", "", Argument::None, "runs the failing statement again",
     "For instance after a missing file has been put in place."},
    {PauseCommand::Skip, "skip", "", Argument::None, "goes on behind the failing statement", ""},
    {PauseCommand::Return, "return", "[EXPR]", Argument::OptionalCode,
     "returns from the chosen frame", "EXPR is what it returns, if it returns anything."},
    {PauseCommand::Restart, "restart", "", Argument::None,
     "starts the chosen frame's function again", "Its variables are destroyed and made anew."},
    {PauseCommand::Goto, "goto", "LINE", Argument::Line,
     "goes on at a line of the chosen frame's function", ""},
    {PauseCommand::Focus, "focus", "", Argument::None,
     "copies the chosen frame's source for editing",
     "To the patches folder, under a name that is not taken as a patch; renamed, it is one."},
    {PauseCommand::Versions, "versions", "", Argument::None, "lists the program's versions", ""},
    {PauseCommand::Diff, "diff", "[VERSION]", Argument::Name, "shows what a version changed",
     "The newest one if none is named."},
    {PauseCommand::Undo, "undo", "", Argument::None, "takes back the last patch", ""},
    {PauseCommand::Rescue, "rescue", "", Argument::None,
     "writes a checkpoint of what the run has reached", ""},
    {PauseCommand::Quit, "quit", "", Argument::None,
     "gives up: the failure ends as it would natively", "Also 'q'."},
    {ScreenCommand::Help, "help", "[COMMAND]", Argument::Name, "shows this, or more on one command",
     "Also 'h'."},
    {ScreenCommand::Wait, "wait", "", Argument::None, "in a commands file: waits for a patch", ""},
};

struct ShortForm {
  std::string_view form, name;
};

/// gdb's, whatever other names may begin with the same letters.
constexpr ShortForm kShortForms[] = {
    {"p", "print"}, {"bt", "frames"}, {"where", "frames"}, {"backtrace", "frames"},
    {"f", "frame"}, {"q", "quit"},    {"exit", "quit"},    {"h", "help"},
};

std::string usage(const Entry &entry) {
  return entry.argument_name.empty() ? std::string(entry.name)
                                     : fmt::format("{} {}", entry.name, entry.argument_name);
}

const Entry *entryNamed(std::string_view name) {
  auto *entry = std::find_if(std::begin(kEntries), std::end(kEntries),
                             [&](const Entry &candidate) { return candidate.name == name; });
  return entry == std::end(kEntries) ? nullptr : entry;
}

Misuse unknown(std::string_view name) {
  return {fmt::format("unknown command '{}'; 'help' lists the commands", oneLine(name))};
}

std::variant<const Entry *, Misuse> find(std::string_view name) {
  for (const ShortForm &form : kShortForms)
    if (form.form == name)
      return entryNamed(form.name);
  if (const Entry *entry = entryNamed(name))
    return entry;
  const Entry *found = nullptr;
  size_t count = 0;
  std::string candidates;
  for (const Entry &entry : kEntries) {
    if (name.empty() || entry.name.substr(0, name.size()) != name)
      continue;
    candidates += (count++ ? ", " : "") + std::string(entry.name);
    found = &entry;
  }
  if (count > 1)
    return Misuse{fmt::format("'{}' may be {}: type more of the name", name, candidates)};
  if (!found)
    return unknown(name);
  return found;
}

/// \return at least `least`, and nothing else
bool isNumber(const std::string &text, unsigned least) {
  bool digits = !text.empty() && text.size() < 10 &&
                std::all_of(text.begin(), text.end(), [](unsigned char c) { return isdigit(c); });
  return digits && std::stoul(text) >= least;
}

/// VAR = EXPR, where the `=` is none of a comparison.
bool isAssignment(const std::string &text) {
  for (size_t i = text.find('='); i != text.npos; i = text.find('=', i + 1)) {
    bool compares = text.compare(i, 2, "==") == 0 ||
                    (i && std::string("=!<>").find(text[i - 1]) != std::string::npos);
    if (!compares)
      return !trimmed(text.substr(0, i)).empty() && !trimmed(text.substr(i + 1)).empty();
  }
  return false;
}

/// \return what is expected; empty: all is well
std::string complaint(const Entry &entry, const std::string &argument) {
  auto needs = [&](std::string_view what) {
    return fmt::format("'{}' needs {}", usage(entry), what);
  };
  switch (entry.argument) {
  case Argument::None:
    return argument.empty() ? "" : fmt::format("'{}' stands alone", entry.name);
  case Argument::Code:
    return !argument.empty() ? ""
           : entry.what == decltype(entry.what)(PauseCommand::Eval)
               ? needs("statements, as in: eval count = 0; log.clear()")
               : needs("an expression, as in: print x.sizes()");
  case Argument::Assignment:
    return isAssignment(argument) ? ""
                                  : needs("a variable and its new value, as in: set rate = 0.01");
  case Argument::Number:
    return isNumber(argument, 0) ? "" : needs("the number of a frame; 'frames' shows them");
  case Argument::Line:
    return isNumber(argument, 1) ? ""
                                 : needs("the number of a line in the chosen frame's function");
  case Argument::Name:
    return argument.find_first_of(" \t\n") == argument.npos
               ? ""
               : fmt::format("'{}' takes one word at most", usage(entry));
  case Argument::OptionalCode:
    return "";
  }
  return "";
}

bool isNameCharacter(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The command's name in front; `text` becomes what follows.
std::string_view takeName(std::string_view &text) {
  size_t end = 0;
  while (end < text.size() && isalpha(static_cast<unsigned char>(text[end])))
    ++end;
  if (end == 0 || (end < text.size() && text[end] == '_'))
    while (end < text.size() && !isspace(static_cast<unsigned char>(text[end])))
      ++end;
  std::string_view name = text.substr(0, end);
  text.remove_prefix(end);
  return name;
}

/// `info locals`, as gdb calls it, and beginnings of both words.
bool takesInfo(std::string_view name, std::string_view &rest) {
  if (name != "i" && (name.size() < 3 || std::string_view("info").substr(0, name.size()) != name))
    return false;
  while (!rest.empty() && isspace(static_cast<unsigned char>(rest[0])))
    rest.remove_prefix(1);
  return true;
}

/// Brackets that are open at the end, outside of strings, characters and comments.
bool hasOpenBracket(std::string_view code) {
  int open = 0;
  char quote = 0;
  for (size_t i = 0; i < code.size(); ++i) {
    char c = code[i];
    if (quote) {
      i += c == '\\';
      quote = c == quote ? 0 : quote;
    } else if (c == '"' || (c == '\'' && (i == 0 || !isNameCharacter(code[i - 1])))) {
      quote = c; // behind a digit, ' separates thousands
    } else if (c == '/' && code.substr(i, 2) == "//") {
      i = std::min(code.find('\n', i), code.size());
    } else {
      open += c == '{' || c == '(' || c == '[';
      open -= c == '}' || c == ')' || c == ']';
    }
  }
  return open > 0;
}

} // namespace

std::variant<Command, Misuse> parseCommand(std::string_view text) {
  std::string whole = trimmed(text);
  std::string_view rest = whole, name = takeName(rest);
  if (takesInfo(name, rest)) {
    name = takeName(rest);
    if (name.empty() || std::string_view("locals").substr(0, name.size()) != name)
      return Misuse{"of gdb's 'info' there is 'info locals'; 'frames' shows the frames"};
    name = "locals";
  }
  auto found = find(name);
  if (auto *misuse = std::get_if<Misuse>(&found))
    return *misuse;
  const Entry &entry = *std::get<const Entry *>(found);
  std::string argument = trimmed(rest);
  if (std::string expected = complaint(entry, argument); !expected.empty())
    return Misuse{expected};
  return Command{entry.what, argument};
}

bool takesCode(std::string_view name) {
  auto found = find(name);
  auto *entry = std::get_if<const Entry *>(&found);
  return entry &&
         ((*entry)->argument == Argument::Code || (*entry)->argument == Argument::OptionalCode ||
          (*entry)->argument == Argument::Assignment);
}

bool goesOn(const std::string &text) {
  if (!text.empty() && text.back() == '\\')
    return true;
  std::string_view rest = text, name;
  while (!rest.empty() && isspace(static_cast<unsigned char>(rest[0])))
    rest.remove_prefix(1);
  name = takeName(rest);
  return takesCode(name) && hasOpenBracket(rest);
}

std::string joined(const std::string &text, const std::string &next) {
  std::string begin = text;
  if (!begin.empty() && begin.back() == '\\')
    begin.pop_back();
  return begin + "\n" + next;
}

std::vector<std::string> commandNames() {
  std::vector<std::string> names;
  for (const Entry &entry : kEntries)
    names.emplace_back(entry.name);
  return names;
}

std::string helpText(const std::string &patches_folder) {
  std::string text;
  for (const Entry &entry : kEntries)
    text += fmt::format("  {:<16}  {}\n", usage(entry), entry.help);
  return text +
         fmt::format("The beginning of a name is enough where it fits only one; 'help COMMAND' "
                     "says more.\nA corrected source that is saved in {}\nis compiled, and the "
                     "run goes on in it.\n",
                     patches_folder);
}

std::variant<std::string, Misuse> helpAbout(std::string_view command) {
  auto found = find(command);
  if (auto *misuse = std::get_if<Misuse>(&found))
    return *misuse;
  const Entry &entry = *std::get<const Entry *>(found);
  std::string text = fmt::format("  {}  {}\n", usage(entry), entry.help);
  return entry.details.empty() ? text : text + fmt::format("  {}\n", entry.details);
}

std::optional<bool> parseYesNo(const std::string &text) {
  if (text == "y" || text == "yes")
    return true;
  if (text == "n" || text == "no")
    return false;
  return std::nullopt;
}

std::optional<std::vector<FileCommand>> readCommandsFile(const std::string &path) {
  std::ifstream file(path);
  if (!file)
    return std::nullopt;
  std::vector<FileCommand> commands;
  unsigned number = 0;
  for (std::string line; std::getline(file, line);) {
    FileCommand command{trimmed(line), ++number};
    if (command.text.empty() || command.text[0] == '#')
      continue;
    for (; goesOn(command.text) && std::getline(file, line); ++number)
      command.text = joined(command.text, trimmed(line));
    commands.push_back(std::move(command));
  }
  return commands;
}

} // namespace jithost
