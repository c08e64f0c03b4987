// /dev/tty, read without blocking and only in the foreground.
#include "terminal.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace jithost {

void writeAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(written);
      continue;
    }
    if (written < 0 && errno == EAGAIN) {
      pollfd writable{descriptor, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      return; // nobody reads what we say; the run goes on
    }
  }
}

size_t terminalWidth(int descriptor) {
  winsize size{};
  if (!isatty(descriptor))
    return 0;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

Terminal::~Terminal() {
  if (descriptor_ >= 0)
    close(descriptor_);
}

void Terminal::openOnce() {
  if (tried_)
    return;
  tried_ = true;
  // Opening never stops the process, only reading does. O_NONBLOCK is for this description alone;
  // the program's own descriptors of the terminal stay as they are.
  descriptor_ = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool Terminal::available() {
  openOnce();
  return descriptor_ >= 0 && tcgetpgrp(descriptor_) == getpgrp();
}

bool Terminal::inBackground() {
  openOnce();
  pid_t foreground = descriptor_ >= 0 ? tcgetpgrp(descriptor_) : -1; // -1 also when it was closed
  return foreground >= 0 && foreground != getpgrp();
}

void Terminal::write(std::string_view text) {
  if (descriptor_ >= 0)
    writeAll(descriptor_, text);
}

Terminal::Input Terminal::readLine(std::string &line) {
  // Byte by byte: what follows the line stays in the kernel, where poll sees it.
  for (;;) {
    char c;
    ssize_t got = read(descriptor_, &c, 1);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return Input::Nothing;
    if (got == 0)
      return Input::End;
    if (c == '\3') { // the interrupt key, see terminal_modes.h
      partial_.clear();
      return Input::Abandoned;
    }
    if (c == '\n' || c == '\r') {
      line = std::exchange(partial_, {});
      return Input::Line;
    }
    partial_ += c;
  }
}

} // namespace jithost
