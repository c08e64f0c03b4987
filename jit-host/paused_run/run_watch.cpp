// A signal handler may do nothing but write; the thread that reads marks every body, so that
// whatever runs comes by a poll: behind each call that may lead to the program. In the same way it
// is found out whether the run moves: marks that nobody comes by, for as long as --hang-timeout.
#include "run_watch.h"

#include "instrument/body_names.h"
#include "jit/poll_flags.h"
#include "pause/terminal_modes.h"
#include "rescue/termination.h"
#include "runtime/fault.h"
#include "runtime/hooks.h"
#include "runtime/host_thread.h"
#include "trace/human_time.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace jithost {
namespace {

constexpr int kTwice_s = 2;       // a second Ctrl-C within that ends the program
constexpr int kPatience_ms = 800; // before the run is stopped where it stands
constexpr int kLook_ms = 20;      // how often it is looked whether a request was taken
constexpr const char *kMoves = "does it move?"; // a request that only wants to be taken
std::atomic<int> events_to = -1;                // for the handlers
pid_t process = 0;
std::atomic<time_t> interrupted_at = 0;

void onSignal(int signal, siginfo_t *info, void *) {
  // A child of the program has the handlers, but is none of ours; and what the program raises
  // itself is meant to end it.
  if (getpid() != process || (info->si_code <= 0 && info->si_pid == process)) {
    ::signal(signal, SIG_DFL);
    raise(signal); // when this returns
    return;
  }
  int saved = errno;
  if (signal == SIGINT) {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    time_t before = interrupted_at.exchange(now.tv_sec);
    if (before != 0 && now.tv_sec - before < kTwice_s) {
      ::signal(SIGINT, SIG_DFL);
      raise(SIGINT);
    }
  }
  char byte = signal == SIGINT ? 'i' : 'u';
  if (write(events_to, &byte, 1) < 0)
    errno = saved; // the pipe is full of requests
  errno = saved;
}

/// Where nobody has said what is to become of it.
void handle(int signal) {
  struct sigaction before{};
  if (sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL)
    return;
  struct sigaction action{};
  action.sa_sigaction = onSignal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

} // namespace

void RunWatch::start(double hang_timeout) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return; // signals then end the program as usual
  events_ = ends[0];
  events_to = ends[1];
  process = getpid();
  hang_timeout_ = hang_timeout;
  watchTermination(restoreTerminal); // before the thread asks for its descriptor
  {
    NoSignals none;
    std::thread([this] { run(); }).detach();
  }
  handle(SIGINT);
  handle(SIGUSR1);
}

bool RunWatch::tellLost() {
  return getpid() == process && events_to >= 0 && write(events_to, "l", 1) == 1;
}

void RunWatch::run() {
  HostSection section; // exceptions here are the host's own
  useSignalStack();
  int every_ms = hang_timeout_ > 0 ? std::max(10, static_cast<int>(hang_timeout_ * 500)) : -1;
  for (;;) {
    pollfd sources[] = {{events_, POLLIN, 0}, {terminationDescriptor(), POLLIN, 0}};
    int ready = poll(sources, 2, every_ms);
    if (ready > 0)
      obeyEvent();
    else if (ready == 0 && !actions_.busy())
      lookForHang();
  }
}

void RunWatch::obeyEvent() {
  if (terminationAsked()) {
    actions_.terminated();
    poll(nullptr, 0, kLook_ms);
  }
  char byte = 0;
  if (read(events_, &byte, 1) != 1)
    return;
  if (byte == 'l')
    actions_.rescue_lost();
  else
    pauseFor(byte == 'i' ? "Ctrl-C" : "SIGUSR1");
}

void RunWatch::pauseFor(const std::string &why) {
  request(why);
  bool told = false;
  for (;;) {
    switch (wait(kPatience_ms)) {
    case Waited::Taken:
      return;
    case Waited::Event:
      obeyEvent();
      continue;
    case Waited::TimeOver:
      break;
    }
    Standstill stood = actions_.stand_still(why, 0);
    if (stood == Standstill::Paused)
      return;
    if (stood == Standstill::Impossible && !std::exchange(told, true))
      console_.note("asked to pause (" + why +
                    "); the program is in a call that cannot be looked into, and pauses when it "
                    "ends" +
                    (why == "Ctrl-C" ? "; Ctrl-C twice ends the program" : ""));
  }
}

/// Asks whether anybody comes by a poll, and stops the run if not.
void RunWatch::lookForHang() {
  request(kMoves);
  Waited waited = wait(static_cast<int>(hang_timeout_ * 1000));
  hang_told_ &= waited != Waited::Taken;
  if (waited == Waited::TimeOver) {
    bool impossible = actions_.stand_still("", hang_timeout_) == Standstill::Impossible;
    if (impossible && !std::exchange(hang_told_, true))
      console_.note("no statement was reached for " + humanTime(hang_timeout_ * 1000) +
                    ", and the program's thread cannot be stopped");
  }
  withdraw();
}

void RunWatch::request(const std::string &why) {
  std::lock_guard lock(mutex_);
  why_ = why;
  version_ = versions_.number();
  for (const std::string &body : versions_.bodyNames())
    if (!isMarked(session_, body)) {
      markOutdated(session_, {body});
      marked_.insert(body);
    }
}

/// Until somebody has taken the request, or something else is to be done.
RunWatch::Waited RunWatch::wait(int ms) {
  for (int waited_ms = 0; waited_ms < ms; waited_ms += kLook_ms) {
    {
      std::lock_guard lock(mutex_);
      if (why_.empty())
        return Waited::Taken;
    }
    pollfd sources[] = {{events_, POLLIN, 0}, {terminationDescriptor(), POLLIN, 0}};
    if (poll(sources, 2, kLook_ms) > 0)
      return Waited::Event;
  }
  return Waited::TimeOver;
}

void RunWatch::unmarkAll() {
  for (const std::string &name : marked_)
    if (version_ == versions_.number() || versions_.isNewest(name)) // else a patch wants it marked
      unmark(session_, name);
  marked_.clear();
}

std::string RunWatch::take(const std::string &body, bool &marked) {
  std::lock_guard lock(mutex_);
  marked = marked_.count(body) != 0;
  if (why_.empty())
    return "";
  unmarkAll();
  std::string why = std::exchange(why_, "");
  return why == kMoves ? "" : why;
}

bool RunWatch::withdraw() {
  std::lock_guard lock(mutex_);
  unmarkAll();
  return !std::exchange(why_, "").empty();
}

} // namespace jithost
