// The pause as the user sees it. Everything goes to stderr; a terminal that is not stderr hears it
// too.
#include "console.h"

#include "commands.h"
#include "terminal.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <poll.h>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>

namespace jithost {
namespace {

constexpr const char *kPrompt = "jit-host> ";
constexpr double kBackground_ms = 500; // how often to see whether the terminal is ours again

/// poll's timeout until the earliest of `limits`; a negative one does not count.
int pollTimeout(std::initializer_list<double> limits_ms) {
  double earliest = -1;
  for (double limit : limits_ms)
    if (limit >= 0 && (earliest < 0 || limit < earliest))
      earliest = limit;
  return earliest < 0 ? -1 : static_cast<int>(std::min(std::ceil(earliest), 1e9));
}

bool canRead(int descriptor) {
  pollfd source{descriptor, POLLIN, 0};
  return descriptor >= 0 && poll(&source, 1, 0) > 0;
}

} // namespace

struct Console::State {
  bool quiet = false;
  bool from_file = false; // commands come from a file, never from the terminal
  std::string commands_path;
  std::vector<std::string> commands;
  size_t next_command = 0;
  Terminal terminal;
  int beside = -1;            // what ends the wait in progress as well
  bool prompt_open = false;   // the cursor stands behind a prompt
  int wake = -1;              // one more descriptor that ends a wait
  double timeout_ms = -1;     // of the wait in progress; a question keeps to it as well
  std::recursive_mutex mutex; // guards the prompt: threads that resume speak while another waits

  bool terminalAvailable() { return !from_file && terminal.available(); }
  void readCommands(const std::string &path);
  void closePrompt();
  void openPrompt(std::string_view prompt);
  void say(const std::string &text);
  void line(const std::string &text) { say("jit-host: " + oneLine(text) + "\n"); }
  void answerUser(const std::string &text);
  std::optional<PauseCommand> obey(Word word, const PauseScreen &screen);
  std::optional<PauseCommand> nextFromFile(const PauseScreen &screen);
  std::optional<PauseCommand> nextFromTerminal(const PauseScreen &screen);
  void pollBoth(int watched, double settle_ms, double left_ms, bool &typed);
  bool waitUntil(const PauseScreen &screen, PatchWatcher &watcher, double end_ms,
                 PauseAnswer &answer);
};

void Console::State::readCommands(const std::string &path) {
  from_file = true;
  commands_path = path;
  if (std::optional<std::vector<std::string>> read = readCommandsFile(path))
    commands = std::move(*read);
  else
    line("cannot read the commands in " + path + "; waiting for patches only");
}

void Console::State::closePrompt() {
  std::lock_guard lock(mutex);
  if (prompt_open)
    terminal.write("\n");
  prompt_open = false;
}

void Console::State::openPrompt(std::string_view prompt) {
  std::lock_guard lock(mutex);
  if (!prompt_open)
    terminal.write(prompt);
  prompt_open = true;
}

void Console::State::say(const std::string &text) {
  std::lock_guard lock(mutex);
  closePrompt();
  writeAll(STDERR_FILENO, text);
  if (!isatty(STDERR_FILENO) && terminalAvailable())
    terminal.write(text);
}

/// What only somebody who asked wants to see.
void Console::State::answerUser(const std::string &text) {
  if (terminalAvailable())
    terminal.write(text);
  else
    say(text);
}

/// \return what ends the wait; nothing for commands that are answered here.
std::optional<PauseCommand> Console::State::obey(Word word, const PauseScreen &screen) {
  switch (word) {
  case Word::Retry:
    return PauseCommand::Retry;
  case Word::Rescue:
    return PauseCommand::Rescue;
  case Word::Quit:
    return PauseCommand::Quit;
  case Word::Describe:
    answerUser(renderScreen(screen) + renderWaiting(screen, true));
    return std::nullopt;
  case Word::Help:
    answerUser(helpText(screen.patches_folder));
    return std::nullopt;
  case Word::Wait:
    return std::nullopt;
  }
  return std::nullopt;
}

/// The commands file answers each wait with one line; `describe` and `help` come on top.
std::optional<PauseCommand> Console::State::nextFromFile(const PauseScreen &screen) {
  while (next_command < commands.size()) {
    const std::string &text = commands[next_command++];
    std::optional<Word> word = parseWord(text);
    if (!word)
      line(fmt::format("unknown command '{}' in {}; 'help' lists the commands", text,
                       commands_path));
    else if (std::optional<PauseCommand> command = obey(*word, screen))
      return command;
    else if (*word == Word::Wait)
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<PauseCommand> Console::State::nextFromTerminal(const PauseScreen &screen) {
  std::string text;
  switch (terminal.readLine(text)) {
  case Terminal::Input::Nothing:
    return std::nullopt;
  case Terminal::Input::End:
    closePrompt();
    terminal.write("'quit' ends the run\n"); // too much is lost by one slip of a finger
    return std::nullopt;
  case Terminal::Input::Line:
    break;
  }
  prompt_open = false;
  text = trimmed(text);
  if (text.empty())
    return std::nullopt;
  if (std::optional<Word> word = parseWord(text))
    return obey(*word, screen);
  terminal.write("unknown command '" + oneLine(text) + "'; 'help' lists the commands\n");
  return std::nullopt;
}

/// Sleeps until something happens in the folder (`watched`, -1: none), at the terminal, or in time.
void Console::State::pollBoth(int watched, double settle_ms, double left_ms, bool &typed) {
  bool with_terminal = terminalAvailable();
  pollfd sources[4] = {{watched, POLLIN, 0},
                       {with_terminal ? terminal.descriptor() : -1, POLLIN, 0},
                       {beside, POLLIN, 0},
                       {wake, POLLIN, 0}};
  double again_ms = !from_file && terminal.inBackground() ? kBackground_ms : -1;
  int count = poll(sources, 4, pollTimeout({settle_ms, left_ms, again_ms}));
  typed = count > 0 && sources[1].revents != 0 && terminal.available();
}

Console::Console(bool quiet, const std::string &commands) : state_(std::make_unique<State>()) {
  state_->quiet = quiet;
  if (!commands.empty())
    state_->readCommands(commands);
}

Console::~Console() = default;

void Console::showPause(const PauseScreen &screen, bool line_only) {
  state_->line("paused: " + screen.what + " in " +
               placeText(screen.function, screen.file, screen.line));
  if (!line_only)
    showScreen(screen);
}

void Console::showScreen(const PauseScreen &screen) {
  if (state_->quiet)
    return;
  bool commands = state_->next_command < state_->commands.size() || state_->terminalAvailable();
  state_->say(renderScreen(screen) + renderWaiting(screen, commands));
}

/// \return false when nobody did anything until `end_ms` (negative: for ever), or when `beside` is
/// readable.
bool Console::State::waitUntil(const PauseScreen &screen, PatchWatcher &watcher, double end_ms,
                               PauseAnswer &answer) {
  for (;;) {
    if (canRead(wake)) {
      answer = {PauseCommand::Terminate, {}, ""};
      return true;
    }
    int settle_ms = watcher.update();
    if (settle_ms == 0) {
      DroppedPatch patch = watcher.take();
      for (const std::string &complaint : patch.complaints)
        line("patch refused: " + complaint);
      if (patch.files.empty())
        continue;
      closePrompt();
      answer = {PauseCommand::Patch, std::move(patch), ""};
      return true;
    }
    double left_ms = end_ms < 0 ? -1 : end_ms - nowMs();
    if ((end_ms >= 0 && left_ms <= 0) || canRead(beside))
      return false;
    if (terminalAvailable())
      openPrompt(kPrompt);
    else
      prompt_open = false; // the shell has written over it
    bool typed = false;
    pollBoth(watcher.descriptor(), settle_ms, left_ms, typed);
    if (!typed)
      continue;
    if (std::optional<PauseCommand> command = nextFromTerminal(screen)) {
      answer = {*command, {}, ""};
      return true;
    }
  }
}

PauseAnswer Console::wait(const PauseScreen &screen, PatchWatcher &watcher,
                          double timeout_seconds) {
  State &state = *state_;
  if (std::optional<PauseCommand> command = state.nextFromFile(screen))
    return {*command, {}, ""};
  state.timeout_ms = timeout_seconds > 0 ? timeout_seconds * 1000 : -1;
  PauseAnswer answer;
  if (state.waitUntil(screen, watcher, state.timeout_ms < 0 ? -1 : nowMs() + state.timeout_ms,
                      answer))
    return answer;
  note(fmt::format("neither a patch nor a command within {:g} seconds", timeout_seconds));
  return {PauseCommand::TimedOut, {}, ""};
}

std::optional<PauseAnswer> Console::waitBeside(const PauseScreen &screen, PatchWatcher &watcher,
                                               int beside, double seconds) {
  PauseAnswer answer;
  state_->beside = beside;
  bool answered = state_->waitUntil(screen, watcher, nowMs() + seconds * 1000, answer);
  state_->beside = -1;
  if (answered)
    return answer;
  return std::nullopt;
}

void Console::showRefused(const std::string &reason) { state_->line("patch refused: " + reason); }

/// The verdict comes last: it is what stays in view.
void Console::showFailed(const std::string &reason, const std::string &diagnostics) {
  if (!diagnostics.empty())
    state_->say(diagnostics.back() == '\n' ? diagnostics : diagnostics + "\n");
  state_->line("patch failed: " + reason);
}

void Console::showResumed(const std::string &function, const std::string &file, unsigned line,
                          double ms) {
  state_->line(fmt::format("resumed in {} after {:.0f} ms", placeText(function, file, line), ms));
}

void Console::wakeOn(int descriptor) { state_->wake = descriptor; }

void Console::note(const std::string &text) { state_->line(text); }

void Console::showRepair(const std::string &line) {
  state_->say("repair: " + oneLine(line) + "\n");
}

void Console::showText(const std::string &text) { state_->say(text); }

void Console::limitQuestions(double seconds) {
  state_->timeout_ms = seconds > 0 ? seconds * 1000 : -1;
}
void Console::answer(const std::string &text) { state_->answerUser(text); }

std::optional<bool> Console::askYesNo(const std::string &question) {
  State &state = *state_;
  if (state.from_file) {
    // Any other line is for the next wait: the question then counts as not answered.
    if (state.next_command == state.commands.size())
      return std::nullopt;
    std::optional<bool> answer = parseYesNo(state.commands[state.next_command]);
    if (answer) {
      ++state.next_command;
      note(question + (*answer ? " yes" : " no"));
    }
    return answer;
  }
  const double begin_ms = nowMs();
  const std::string prompt = question + " [yes/no] ";
  while (state.terminalAvailable() && !canRead(state.wake)) {
    double left_ms = state.timeout_ms < 0 ? -1 : begin_ms + state.timeout_ms - nowMs();
    if (state.timeout_ms >= 0 && left_ms <= 0)
      break;
    state.openPrompt(prompt);
    bool typed = false;
    state.pollBoth(-1, -1, left_ms, typed);
    std::string text;
    Terminal::Input input = typed ? state.terminal.readLine(text) : Terminal::Input::Nothing;
    if (input == Terminal::Input::Nothing)
      continue;
    if (input != Terminal::Input::Line)
      break;
    state.prompt_open = false;
    if (std::optional<bool> answer = parseYesNo(trimmed(text)))
      return answer;
  }
  state.closePrompt();
  return std::nullopt;
}

} // namespace jithost
