// The pause as the user sees it: the screen, the fixed lines scripts rely on, and a prompt on
// /dev/tty when there is one. Waits for a command or a patch.
#pragma once

#include "commands.h"
#include "patch_watcher.h"
#include "screen.h"

#include <memory>
#include <optional>
#include <string>

namespace jithost {

/// `describe`, `frames`, `locals` and `help` never get here: the console answers them from the
/// screen.
struct PauseAnswer {
  PauseCommand command = PauseCommand::Quit;
  DroppedPatch patch;   // with PauseCommand::Patch
  std::string argument; // what stands behind the command, blanks around it removed
};

class Console {
public:
  /// \param commands file of commands, one a line, read instead of the terminal; empty: /dev/tty if
  /// there is one
  Console(bool quiet, const std::string &commands);
  ~Console();

  /// `jit-host: paused: WHAT in FUNCTION (FILE:LINE)`, then the screen, on stderr (and the
  /// terminal).
  /// \param line_only somebody else answers: nobody needs the screen
  void showPause(const PauseScreen &screen, bool line_only = false);
  void showScreen(const PauseScreen &screen);

  /// Waits for a command, a patch or the time limit (seconds, 0 = none). Called again for the same
  /// pause it goes on with what was typed so far, or with the next command of the file. Commands
  /// about the screen are answered from `screen`, and its variables are what the prompt completes.
  PauseAnswer wait(const PauseScreen &screen, PatchWatcher &watcher, double timeout_seconds);

  /// Waits as `wait` does, but beside something that goes on by itself: no command is taken from
  /// the file. \param beside a descriptor that ends the waiting when it is readable, -1: none
  /// \return nothing when `beside` is readable, or when the time is over
  std::optional<PauseAnswer> waitBeside(const PauseScreen &screen, PatchWatcher &watcher,
                                        int beside, double seconds);

  /// What a command has to say, of one or more lines: only somebody who asked wants to see it. On
  /// the terminal if there is one, else on stderr.
  void answer(const std::string &text);

  /// Waits end with PauseCommand::Terminate when it can be read; -1: none.
  void wakeOn(int descriptor);

  void showRefused(const std::string &reason); // jit-host: patch refused: REASON
  void showFailed(const std::string &reason,
                  const std::string &diagnostics); // jit-host: patch failed: REASON
  void showResumed(const std::string &function, const std::string &file, unsigned line, double ms);
  void note(const std::string &text);       // jit-host: TEXT
  void showRepair(const std::string &line); // repair: LINE, what a repair command says
  void showText(const std::string &text);   // as it is, several lines

  /// How long questions wait for their answer before the first `wait`; 0: no limit.
  void limitQuestions(double seconds);

  /// Asks on the terminal. \return nothing where there is no terminal.
  std::optional<bool> askYesNo(const std::string &question);

  /// One line at the terminal's cursor about what goes on, until it is replaced or anything else is
  /// said; empty: none. See progress.h.
  void showStatus(const std::string &text);
  /// Whether there is a terminal for it now.
  bool hasTerminal();

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace jithost
