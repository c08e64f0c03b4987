// The pause as the user sees it. Everything goes to stderr; a terminal that is not stderr hears it
// too.
#include "console.h"

#include "../trace/human_time.h"

#include "line_reader.h"
#include "terminal.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <poll.h>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>
#include <utility>

namespace jithost {
namespace {

constexpr const char *kPrompt = "jit-host> ", *kPromptGoesOn = "        > ";
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

bool coloursWanted() {
  const char *no_color = std::getenv("NO_COLOR"), *terminal = std::getenv("TERM");
  return !(no_color && *no_color) && terminal && *terminal && std::string_view(terminal) != "dumb";
}

/// One text for a file, another for a terminal.
using Text = std::function<std::string(const Look &)>;

} // namespace

struct Console::State {
  bool quiet = false;
  bool from_file = false; // commands come from a file, never from the terminal
  bool colours = coloursWanted();
  std::string commands_path;
  std::vector<FileCommand> commands;
  size_t next_command = 0;
  double ends_at_ms = -1; // of the wait in progress, -1: never; a question keeps to it as well

  int wake = -1; // ends every wait when it can be read

  std::recursive_mutex mutex; // guards what follows: threads that resume speak while another waits
  Terminal terminal;
  LineReader reader{terminal, mutex};
  size_t status_columns = 0; // of the status that stands at the cursor

  Draft draft;            // of the command that is being typed
  std::string unfinished; // lines of it that are there already

  bool terminalAvailable() { return !from_file && terminal.available(); }
  void readCommands(const std::string &path);
  Look lookOf(int descriptor) const;
  void say(const Text &text);
  void say(const std::string &text) {
    say([&](const Look &) { return text; });
  }
  void line(const std::string &text) { say("jit-host: " + oneLine(text) + "\n"); }
  void answerUser(const Text &text);
  void complain(const std::string &sentence, const std::string &place);
  void hint(std::string_view text);
  void eraseStatus();
  int statusDescriptor();
  double leftMs() const { return ends_at_ms < 0 ? -1 : std::max(0.0, ends_at_ms - nowMs()); }
  std::optional<PauseAnswer> obey(const Command &command, const PauseScreen &screen,
                                  const std::string &place);
  void show(ScreenCommand command, const std::string &argument, const PauseScreen &screen,
            const std::string &place);
  std::optional<PauseAnswer> nextFromFile(const PauseScreen &screen);
  std::optional<PauseAnswer> nextFromTerminal(const PauseScreen &screen, const Watch &watch);
  std::optional<PauseAnswer> waitUntil(const PauseScreen &screen, PatchWatcher &watcher,
                                       int beside);
  void sleep(const Watch &watch, double settle_ms);
};

void Console::State::readCommands(const std::string &path) {
  from_file = true;
  commands_path = path;
  if (std::optional<std::vector<FileCommand>> read = readCommandsFile(path))
    commands = std::move(*read);
  else
    line("cannot read the commands in " + path + "; waiting for patches only");
}

Look Console::State::lookOf(int descriptor) const {
  Look look;
  look.width = terminalWidth(descriptor);
  look.colours = colours && look.width > 0;
  return look;
}

void Console::State::say(const Text &text) {
  std::lock_guard lock(mutex);
  reader.hide();
  eraseStatus();
  writeAll(STDERR_FILENO, text(lookOf(STDERR_FILENO)));
  if (!isatty(STDERR_FILENO) && terminalAvailable())
    terminal.write(text(lookOf(terminal.descriptor())));
  reader.show();
}

/// What only somebody who asked wants to see.
void Console::State::answerUser(const Text &text) {
  std::lock_guard lock(mutex);
  if (!terminalAvailable())
    return say(text);
  reader.hide();
  eraseStatus();
  terminal.write(text(lookOf(terminal.descriptor())));
  reader.show();
}

/// About wrong use. \param place of the command in its file
void Console::State::complain(const std::string &sentence, const std::string &place) {
  if (from_file)
    line(sentence + place);
  else
    answerUser([&](const Look &) { return sentence + "\n"; });
}

/// What can be done now, for somebody at a terminal.
void Console::State::hint(std::string_view text) {
  if (!quiet && terminalAvailable())
    answerUser([&](const Look &look) { return paint(look, Tint::Dim, text) + "\n"; });
}

int Console::State::statusDescriptor() {
  if (terminalAvailable())
    return terminal.descriptor();
  return isatty(STDERR_FILENO) && !terminal.inBackground() ? STDERR_FILENO : -1;
}

void Console::State::eraseStatus() {
  int descriptor = status_columns ? statusDescriptor() : -1;
  if (descriptor >= 0)
    writeAll(descriptor, "\r" + std::string(status_columns, ' ') + "\r");
  status_columns = 0;
}

void Console::State::show(ScreenCommand command, const std::string &argument,
                          const PauseScreen &screen, const std::string &place) {
  switch (command) {
  case ScreenCommand::Describe:
    return answerUser([&](const Look &look) {
      return renderScreen(screen, look) + renderWaiting(screen, true, look);
    });
  case ScreenCommand::Frames:
    return answerUser([&](const Look &look) { return renderFrames(screen, look); });
  case ScreenCommand::Locals:
    return answerUser([&](const Look &look) { return renderLocals(screen, look); });
  case ScreenCommand::Help: {
    std::variant<std::string, Misuse> text = helpText(screen.patches_folder);
    if (!argument.empty())
      text = helpAbout(argument);
    if (auto *misuse = std::get_if<Misuse>(&text))
      return complain(misuse->sentence, place);
    return answerUser([&](const Look &) { return std::get<std::string>(text); });
  }
  case ScreenCommand::Wait:
    return answerUser([&](const Look &) {
      return "'wait' is for commands files; here the run waits for patches all the time\n";
    });
  }
}

/// \return what ends the wait; nothing for commands that are answered here
std::optional<PauseAnswer> Console::State::obey(const Command &command, const PauseScreen &screen,
                                                const std::string &place) {
  if (auto *about_screen = std::get_if<ScreenCommand>(&command.what)) {
    show(*about_screen, command.argument, screen, place);
    return std::nullopt;
  }
  PauseCommand what = std::get<PauseCommand>(command.what);
  if (what == PauseCommand::Frame &&
      std::stoul(command.argument) >= screen.frames.size() + screen.frames_left_out) {
    complain(fmt::format("there is no frame {}; 'frames' shows those there are", command.argument),
             place);
    return std::nullopt;
  }
  return PauseAnswer{what, {}, command.argument};
}

/// One after the other, until one ends the wait or asks for a patch.
std::optional<PauseAnswer> Console::State::nextFromFile(const PauseScreen &screen) {
  while (next_command < commands.size()) {
    const FileCommand &next = commands[next_command++];
    std::string place = fmt::format(" ({}:{})", commands_path, next.line);
    auto parsed = parseCommand(next.text);
    if (auto *misuse = std::get_if<Misuse>(&parsed)) {
      complain(misuse->sentence, place);
      continue;
    }
    const Command &command = std::get<Command>(parsed);
    if (command.what == decltype(command.what)(ScreenCommand::Wait))
      return std::nullopt;
    if (std::optional<PauseAnswer> answer = obey(command, screen, place))
      return answer;
  }
  return std::nullopt;
}

std::optional<PauseAnswer> Console::State::nextFromTerminal(const PauseScreen &screen,
                                                            const Watch &watch) {
  std::string text;
  switch (reader.read(unfinished.empty() ? kPrompt : kPromptGoesOn, &screen, draft, watch, text)) {
  case LineOutcome::Stopped:
    return std::nullopt;
  case LineOutcome::Abandoned:
    unfinished.clear();
    return std::nullopt;
  case LineOutcome::End: // too much is lost by one slip of a finger
    unfinished.clear();
    answerUser([](const Look &) { return "\n'quit' ends the run\n"; });
    return std::nullopt;
  case LineOutcome::Line:
    break;
  }
  reader.remember(trimmed(text));
  unfinished = unfinished.empty() ? text : joined(unfinished, text);
  if (goesOn(unfinished))
    return std::nullopt;
  text = trimmed(std::exchange(unfinished, {}));
  if (text.empty())
    return std::nullopt;
  auto parsed = parseCommand(text);
  if (auto *command = std::get_if<Command>(&parsed))
    return obey(*command, screen, "");
  complain(std::get<Misuse>(parsed).sentence, "");
  return std::nullopt;
}

/// Without a terminal: until something happens beside, in the folder, or in time.
void Console::State::sleep(const Watch &watch, double settle_ms) {
  pollfd sources[3] = {
      {watch.descriptor, POLLIN, 0}, {watch.beside, POLLIN, 0}, {watch.wake, POLLIN, 0}};
  double again_ms = !from_file && terminal.inBackground() ? kBackground_ms : -1;
  poll(sources, 3, pollTimeout({settle_ms, leftMs(), again_ms}));
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
  state_->say([&](const Look &look) {
    return renderScreen(screen, look) + renderWaiting(screen, commands, look);
  });
}

/// \return nothing when nobody did anything in time, or when `beside` is readable
std::optional<PauseAnswer> Console::State::waitUntil(const PauseScreen &screen,
                                                     PatchWatcher &watcher, int beside) {
  int settle_ms = -1;
  auto over = [&] { return leftMs() == 0 || canRead(beside) || canRead(wake); };
  Watch watch{watcher.descriptor(),
              [&] {
                settle_ms = watcher.update();
                return over() ? 0 : pollTimeout({static_cast<double>(settle_ms), leftMs()});
              },
              beside, wake};
  for (;;) {
    if (canRead(wake))
      return PauseAnswer{PauseCommand::Terminate, {}, ""};
    watch.left_ms();
    if (settle_ms == 0) {
      DroppedPatch patch = watcher.take();
      for (const std::string &complaint : patch.complaints)
        line("patch refused: " + complaint);
      if (!patch.files.empty())
        return PauseAnswer{PauseCommand::Patch, std::move(patch), ""};
    } else if (over()) {
      return std::nullopt;
    } else if (!terminalAvailable()) {
      sleep(watch, settle_ms);
    } else if (std::optional<PauseAnswer> answer = nextFromTerminal(screen, watch)) {
      return answer;
    }
  }
}

PauseAnswer Console::wait(const PauseScreen &screen, PatchWatcher &watcher,
                          double timeout_seconds) {
  State &state = *state_;
  if (std::optional<PauseAnswer> answer = state.nextFromFile(screen))
    return std::move(*answer);
  state.ends_at_ms = timeout_seconds > 0 ? nowMs() + timeout_seconds * 1000 : -1;
  if (std::optional<PauseAnswer> answer = state.waitUntil(screen, watcher, -1))
    return std::move(*answer);
  note("neither a patch nor a command within " + humanTime(timeout_seconds * 1000));
  return {PauseCommand::TimedOut, {}, ""};
}

std::optional<PauseAnswer> Console::waitBeside(const PauseScreen &screen, PatchWatcher &watcher,
                                               int beside, double seconds) {
  double limit_ms = std::exchange(state_->ends_at_ms, nowMs() + seconds * 1000);
  std::optional<PauseAnswer> answer = state_->waitUntil(screen, watcher, beside);
  state_->ends_at_ms = limit_ms;
  return answer;
}

void Console::answer(const std::string &text) {
  std::string shown = printableLines(text);
  if (!shown.empty() && shown.back() != '\n')
    shown += '\n';
  state_->answerUser([&](const Look &) { return shown; });
}

constexpr const char *kTriedAgain =
    "the run waits as before; the file is tried again when it, or another, is saved";

void Console::showRefused(const std::string &reason) {
  state_->line("patch refused: " + reason);
  state_->hint(kTriedAgain);
}

/// The verdict comes last: it is what stays in view.
void Console::showFailed(const std::string &reason, const std::string &diagnostics) {
  if (!diagnostics.empty())
    state_->say(diagnostics.back() == '\n' ? diagnostics : diagnostics + "\n");
  state_->line("patch failed: " + reason);
  state_->hint(kTriedAgain);
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
  state_->ends_at_ms = seconds > 0 ? nowMs() + seconds * 1000 : -1;
}
std::optional<bool> Console::askYesNo(const std::string &question) {
  State &state = *state_;
  if (state.from_file) {
    // Any other line is for the next wait: the question then counts as not answered.
    if (state.next_command == state.commands.size())
      return std::nullopt;
    std::optional<bool> answer = parseYesNo(state.commands[state.next_command].text);
    if (answer) {
      ++state.next_command;
      note(question + (*answer ? " yes" : " no"));
    }
    return answer;
  }
  Watch watch{-1, [&] { return canRead(state.wake) ? 0 : pollTimeout({state.leftMs()}); }, -1,
              state.wake};
  while (state.terminalAvailable() && watch.left_ms() != 0) {
    showStatus("");
    Draft draft;
    std::string text;
    switch (state.reader.read(question + " [yes/no] ", nullptr, draft, watch, text)) {
    case LineOutcome::Line:
      if (std::optional<bool> answer = parseYesNo(trimmed(text)))
        return answer;
      break;
    case LineOutcome::End:
      state.answerUser([](const Look &) { return "\n"; });
      return std::nullopt;
    case LineOutcome::Abandoned:
    case LineOutcome::Stopped:
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void Console::showStatus(const std::string &text) {
  State &state = *state_;
  std::lock_guard lock(state.mutex);
  state.eraseStatus();
  int descriptor = text.empty() || state.reader.reading() ? -1 : state.statusDescriptor();
  if (descriptor < 0)
    return;
  Look look = state.lookOf(descriptor);
  std::string shown = cut(printable(text), std::max<size_t>(look.width, 5) - 1);
  writeAll(descriptor, paint(look, Tint::Dim, shown));
  state.status_columns = columnsOf(shown);
}

bool Console::hasTerminal() {
  std::lock_guard lock(state_->mutex);
  return state_->statusDescriptor() >= 0;
}

} // namespace jithost
