// A signal handler may do nothing but write; the thread that reads marks every body, so that
// whatever runs comes by a poll: behind each call that may lead to the program, and in loops whose
// end nobody knows. What runs in a library pauses when that returns, and this is said.
#include "pause_requests.h"

#include "instrument/body_names.h"
#include "jit/poll_flags.h"
#include "runtime/hooks.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace jithost {
namespace {

constexpr int kTwice_s = 2;        // a second Ctrl-C within that ends the program
constexpr int kPatience_ms = 1000; // before it is said what is waited for
std::atomic<int> events_to = -1;   // for the handlers
std::atomic<time_t> interrupted_at = 0;

void onSignal(int signal) {
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
  action.sa_handler = onSignal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

} // namespace

void PauseRequests::start() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return; // signals then end the program as usual
  events_ = ends[0];
  events_to = ends[1];
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([this] { run(); }).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  handle(SIGINT);
  handle(SIGUSR1);
}

void PauseRequests::run() {
  HostSection section; // exceptions here are the host's own
  for (;;) {
    pollfd events{events_, POLLIN, 0};
    if (poll(&events, 1, -1) < 0)
      continue;
    char byte;
    if (read(events_, &byte, 1) != 1)
      continue;
    std::string why = byte == 'i' ? "Ctrl-C" : "SIGUSR1";
    request(why);
    wait(why);
  }
}

void PauseRequests::request(const std::string &why) {
  std::lock_guard lock(mutex_);
  why_ = why;
  version_ = versions_.number();
  for (const std::string &body : versions_.bodyNames())
    if (!isMarked(session_, body)) {
      markOutdated(session_, {body});
      marked_.insert(body);
    }
}

/// \return when somebody has taken the request
void PauseRequests::wait(const std::string &why) {
  for (int waited_ms = 0;; waited_ms += 20) {
    {
      std::lock_guard lock(mutex_);
      if (why_.empty())
        return;
    }
    if (waited_ms == kPatience_ms)
      console_.note(
          "asked to pause (" + why +
          "); the program is in a call of a library, or in a loop without calls, and pauses "
          "when that ends" +
          (why == "Ctrl-C" ? "; Ctrl-C twice ends it" : ""));
    poll(nullptr, 0, 20);
  }
}

std::string PauseRequests::take(const std::string &body, bool &marked) {
  std::lock_guard lock(mutex_);
  marked = marked_.count(body) != 0;
  if (why_.empty())
    return "";
  for (const std::string &name : marked_)
    if (version_ == versions_.number() || versions_.isNewest(name)) // else a patch wants it marked
      unmark(session_, name);
  marked_.clear();
  return std::exchange(why_, "");
}

} // namespace jithost
