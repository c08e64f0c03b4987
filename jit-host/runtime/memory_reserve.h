// Address space for the host's own work at a pause for memory. Without a limit on it there is
// always some; under `ulimit -v` the program may have used up all of it.
#pragma once

namespace jithost {

/// Sets some aside, where there is a limit.
void keepMemoryReserve();

/// From now on it can be used. Allocates nothing; on any thread.
void releaseMemoryReserve();

} // namespace jithost
