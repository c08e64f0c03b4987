// The terminal's modes while a line is typed, and the way back to those that the user had: when the
// line is there, when the process exits, and when a signal ends it.
#pragma once

#include <termios.h>

namespace jithost {

/// In both, the key that would interrupt the run is given to us instead.
enum class Typing {
  Keys,  // every key at once, the one that stops the job too; nothing is echoed
  Lines, // the kernel edits; the interrupt key ends a line with a '\3'
};

/// Puts the user's modes back if ours are set; for handlers of signals that end the process, those
/// that are not ours. Safe in them.
void restoreTerminal();

/// One at a time: a process has one terminal.
class TerminalModes {
public:
  ~TerminalModes() { leave(); }

  /// Only in the foreground: in the background the kernel would stop the process.
  void enter(int descriptor, Typing typing);
  /// Back. In the background the modes are left to who is in the foreground.
  void leave();
  /// The shell set others while the process was stopped: takes ours again.
  void keep();

private:
  int descriptor_ = -1;
  bool entered_ = false;
  termios ours_{};
};

} // namespace jithost
