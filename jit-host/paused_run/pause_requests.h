// Requests to pause a run that is going well: Ctrl-C, SIGUSR1. The next poll that any thread of the
// program comes by takes one.
#pragma once

#include "jit/session.h"
#include "pause/console.h"
#include "versions/version_store.h"

#include <atomic>
#include <set>

namespace jithost {

class PauseRequests {
public:
  PauseRequests(Session &session, const VersionStore &versions, Console &console)
      : session_(session), versions_(versions), console_(console) {}

  /// Handlers where the program or who launched it has none, and a thread that marks all bodies
  /// when a signal comes. A second Ctrl-C within two seconds ends the program as usual.
  void start();

  /// On a thread at a poll of `body`. \return why it is to pause; empty: it is not asked to
  std::string take(const std::string &body, bool &marked);

private:
  void run();
  void request(const std::string &why);
  void wait(const std::string &why);

  Session &session_;
  const VersionStore &versions_;
  Console &console_;
  int events_ = -1;              // bytes that handlers have written
  std::mutex mutex_;             // guards what follows
  std::string why_;              // of the request that nobody has taken; empty: there is none
  std::set<std::string> marked_; // current bodies that poll because of it
  uint32_t version_ = 0;         // then
};

} // namespace jithost
