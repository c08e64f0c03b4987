// SIGTERM: schedulers send it seconds before they end a process for good, which is time enough for
// a rescue.
#pragma once

namespace jithost {

/// From here on SIGTERM does not end the process but makes `terminationDescriptor` readable. Where
/// the program, or who launched it, handles or ignores the signal, nothing changes; nor in children
/// that the program forks. A second one ends the process at once.
/// \param before_end called before the process ends by it, in a signal's handler too
void watchTermination(void (*before_end)());

int terminationDescriptor(); // for poll; -1: none
bool terminationAsked();     // it came; whoever acts on it ends the process

/// Ends the process as SIGTERM does.
[[noreturn]] void endByTermination();

} // namespace jithost
