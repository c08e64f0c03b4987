// Editing a line with the usual keys, history and completion: libedit, which never sees the user's
// terminal itself.
#pragma once

#include "screen.h"
#include "terminal.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jithost {

/// What was typed so far of a line that is not finished.
struct Draft {
  std::wstring text;
  size_t cursor = 0;
};

enum class LineOutcome {
  Line,
  Abandoned, // with the interrupt key
  End,       // the end-of-file key, on an empty line
  Stopped,   // something else has happened
};

struct LineRequest {
  std::string prompt;                                // one line
  const PauseScreen *screen = nullptr;               // for completion; null: none
  const std::vector<std::string> *history = nullptr; // null: none
  std::function<bool()> wait;                        // \return whether a key was pressed, else stop
  std::function<void()> suspend;                     // the user wants his shell
};

class LineEditor {
public:
  /// Null where the cursor cannot be moved about: $TERM is not set, dumb, or not known.
  static std::unique_ptr<LineEditor> create(Terminal &terminal);
  ~LineEditor();

  /// The terminal gives key by key (Typing::Keys). What is typed stays in `draft` when it stops.
  LineOutcome edit(const LineRequest &request, Draft &draft, std::string &line);

  /// Takes prompt and line off the terminal, and draws them again where the cursor is then.
  void hide();
  void show();

private:
  LineEditor();
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace jithost
