// Reads lines from the terminal while other things are waited for too, and lets other threads speak
// in between.
#pragma once

#include "history.h"
#include "line_editor.h"
#include "terminal.h"
#include "terminal_modes.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace jithost {

/// What else is waited for. Both are asked under the lock.
struct Watch {
  int descriptor = -1;          // wakes the waiting up; -1: none
  std::function<int()> left_ms; // how long to wait at most; 0: stop reading, -1: no limit
  int beside = -1;              // wakes the waiting up as well
  int wake = -1;                // so does this
};

class LineReader {
public:
  /// \param speaking held by whoever writes to the terminal; let go while a key is waited for
  LineReader(Terminal &terminal, std::recursive_mutex &speaking)
      : terminal_(terminal), speaking_(speaking), history_(History::userPath()) {}

  /// `speaking` must not be held. The terminal must be available; when it ceases to be, it is
  /// `Stopped`. The terminal's modes are the user's before and after.
  /// \param prompt its last line stands before what is typed
  /// \param screen what names are completed from; null: neither completion nor history
  LineOutcome read(const std::string &prompt, const PauseScreen *screen, Draft &draft,
                   const Watch &watch, std::string &line);

  /// Of use again when the user looks for it with the arrow keys, in later runs too.
  void remember(const std::string &line) { history_.add(line); }

  /// Under `speaking`: whether a prompt is open, and ways to take it off and bring it back.
  bool reading() const { return request_ != nullptr; }
  void hide();
  void show();

private:
  bool waitForKey();
  void suspend();
  LineOutcome readPlain(std::string &line);

  Terminal &terminal_;
  std::recursive_mutex &speaking_;
  History history_;
  TerminalModes modes_;
  std::unique_ptr<LineEditor> editor_; // null: lines as the kernel gives them
  bool editor_tried_ = false;

  const LineRequest *request_ = nullptr; // of the reading in progress, as are the next two
  const Watch *watch_ = nullptr;
  std::unique_lock<std::recursive_mutex> *lock_ = nullptr;
};

} // namespace jithost
