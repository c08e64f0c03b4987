// Drawn by a thread of its own, as whoever works has no time for it.
#include "progress.h"

#include "../trace/human_time.h"
#include <chrono>
#include <csignal>

namespace jithost {
namespace {

constexpr std::chrono::milliseconds kAtFirst(500), kBetween(100);

} // namespace

Progress::Progress(Console &console, std::string what) : console_(console), what_(std::move(what)) {
  if (!console.hasTerminal())
    return;
  sigset_t all, before; // the program's handlers run on the program's threads
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { draw(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Progress::~Progress() {
  if (!thread_.joinable())
    return;
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Progress::draw() {
  const double begin_ms = nowMs();
  std::unique_lock lock(mutex_);
  auto wait = kAtFirst;
  bool drawn = false;
  while (!changed_.wait_for(lock, wait, [this] { return done_; })) {
    console_.showStatus(what_ + " ... " + humanTime(nowMs() - begin_ms));
    drawn = true;
    wait = kBetween;
  }
  if (drawn)
    console_.showStatus("");
}

} // namespace jithost
