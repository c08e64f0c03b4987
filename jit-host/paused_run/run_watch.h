// What comes to a run that is going well, on a thread of its own: requests to pause (Ctrl-C,
// SIGUSR1), SIGTERM, a time without any poll, and threads that are about to end the process. The
// next poll that any thread of the program comes by takes a request; where none comes, the run is
// stopped where it stands.
#pragma once

#include "jit/session.h"
#include "pause/console.h"
#include "versions/version_store.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <set>

namespace jithost {

enum class Standstill {
  Paused,     // and over
  Busy,       // another thread is paused, or a patch is compiled
  Impossible, // the program's thread cannot be stopped
};

/// What is done about it; all on the thread that watches.
struct RunEvents {
  /// No poll came. \param seconds without one, 0: somebody asks for a pause
  std::function<Standstill(const std::string &why, double seconds)> stand_still;
  std::function<bool()> busy;        // as of Standstill
  std::function<void()> terminated;  // SIGTERM; returns if a pause deals with it
  std::function<void()> rescue_lost; // ThreadStop::standing
};

class RunWatch {
public:
  RunWatch(Session &session, const VersionStore &versions, Console &console, RunEvents actions)
      : session_(session), versions_(versions), console_(console), actions_(std::move(actions)) {}

  /// Handlers where the program or who launched it has none, and the thread. A second Ctrl-C
  /// within two seconds ends the program as usual. \param hang_timeout seconds, 0: none
  void start(double hang_timeout);

  /// In a signal's handler: a thread waits in `standForRescue`. \return false: nobody is there to
  /// rescue it, as in a child that the program has forked
  bool tellLost();

  /// On a thread at a poll of `body`. \return why it is to pause; empty: it is not asked to
  std::string take(const std::string &body, bool &marked);

  /// Nobody is to take the request any more. \return false: somebody has
  bool withdraw();

private:
  enum class Waited { Taken, Event, TimeOver };
  void run();
  void obeyEvent();
  void pauseFor(const std::string &why);
  void lookForHang();
  void request(const std::string &why);
  Waited wait(int ms);
  void unmarkAll();

  Session &session_;
  const VersionStore &versions_;
  Console &console_;
  RunEvents actions_;
  double hang_timeout_ = 0;
  bool hang_told_ = false;       // that it cannot be stopped, and nothing has moved since
  int events_ = -1;              // bytes that handlers have written
  std::mutex mutex_;             // guards what follows
  std::string why_;              // of the request that nobody has taken; empty: there is none
  std::set<std::string> marked_; // current bodies that poll because of it
  uint32_t version_ = 0;         // then
};

} // namespace jithost
