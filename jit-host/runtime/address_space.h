// What the process may reserve: `ulimit -v` counts address space that nobody has touched yet, and
// the program needs it more than the host does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <sys/resource.h>

namespace jithost {

/// In bytes; 0: there is no limit.
inline uint64_t addressSpaceLimit() {
  rlimit limit{};
  bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return limited ? limit.rlim_cur : 0;
}

/// `wanted`, or one part in `parts` of the limit where that is less.
inline uint64_t modestReservation(uint64_t wanted, unsigned parts) {
  uint64_t limit = addressSpaceLimit();
  return limit == 0 ? wanted : std::min(wanted, limit / parts);
}

} // namespace jithost
