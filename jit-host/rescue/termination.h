// SIGTERM: schedulers send it seconds before they end a process for good, which is time enough for
// a rescue.
#pragma once

#include <csignal>

namespace jithost {

/// While one exists, SIGTERM does not end the process but makes `descriptor` readable. Where the
/// program handles or ignores the signal itself, nothing changes. One at a time.
class TerminationWatch {
public:
  TerminationWatch();
  /// What came and was not acted upon ends the process now.
  ~TerminationWatch();
  TerminationWatch(const TerminationWatch &) = delete;

  int descriptor() const; // for poll; -1: none
  static bool asked();    // since the watch began

private:
  struct sigaction before_{};
  bool watching_ = false;
};

/// Ends the process as SIGTERM does.
[[noreturn]] void endByTermination();

} // namespace jithost
