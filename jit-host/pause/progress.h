// What goes on and for how long, on a terminal, for as long as the object lives: nothing in the
// first half second, nothing at all without a terminal.
#pragma once

#include "console.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace jithost {

class Progress {
public:
  /// \param what "compiling net.cpp"
  Progress(Console &console, std::string what);
  ~Progress();
  Progress(const Progress &) = delete;

private:
  void draw();

  Console &console_;
  const std::string what_;
  std::mutex mutex_; // guards done_
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_; // draws; none without a terminal
};

} // namespace jithost
