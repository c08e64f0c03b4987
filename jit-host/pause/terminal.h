// The user's terminal, /dev/tty, as far as this process may use it now.
#pragma once

#include <string>
#include <string_view>

namespace jithost {

class Terminal {
public:
  Terminal() = default;
  Terminal(const Terminal &) = delete;
  ~Terminal();

  /// Whether there is a terminal and this process is in its foreground: one in the background would
  /// be stopped by the kernel for reading. Changes whenever the user's shell moves the run.
  bool available();
  /// There is a terminal, but another process has it at the moment.
  bool inBackground();

  int descriptor() const { return descriptor_; }
  void write(std::string_view text);

  enum class Input { Nothing, Line, Abandoned, End };
  /// For modes in which the kernel gives whole lines. Never blocks. `End` is the user's end-of-file
  /// key, `Abandoned` his interrupt key.
  Input readLine(std::string &line);

private:
  void openOnce();

  int descriptor_ = -1;
  bool tried_ = false;
  std::string partial_; // of a line that is still being typed
};

/// Columns of the terminal behind `descriptor`, 80 where it does not know; 0: it is no terminal.
size_t terminalWidth(int descriptor);

/// Writes all of `text`, to a descriptor that may be non-blocking.
void writeAll(int descriptor, std::string_view text);

} // namespace jithost
