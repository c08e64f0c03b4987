#include "turn.h"

#include <chrono>
#include <thread>

namespace jithost {
namespace {

constexpr std::chrono::microseconds kMoment(20);
/// There is one turn. A signal handler may come at any time: set before it is taken, reset after.
thread_local volatile bool has_or_takes_it = false;

} // namespace

void Turn::lock() {
  has_or_takes_it = true;
  mutex_.lock();
}

bool Turn::try_lock() {
  if (has_or_takes_it)
    return false;
  has_or_takes_it = true;
  if (mutex_.try_lock())
    return true;
  has_or_takes_it = false;
  return false;
}

void Turn::unlock() {
  long_ = false;
  mutex_.unlock();
  has_or_takes_it = false;
}

bool Turn::lockUnlessLong() {
  while (!try_lock()) {
    if (long_ || has_or_takes_it || getpid() != process_)
      return false;
    std::this_thread::sleep_for(kMoment);
  }
  return true;
}

} // namespace jithost
