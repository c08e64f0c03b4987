#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "versions/turn.h"

#include <atomic>
#include <chrono>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace jithost;
using namespace std::chrono_literals;

namespace {

/// Another thread that has the turn until it is told.
class Owner {
public:
  Owner(Turn &turn, bool is_long)
      : thread_([this, &turn, is_long] {
          std::lock_guard has(turn);
          if (is_long)
            turn.takeLong();
          has_ = true;
          while (!ends_)
            std::this_thread::sleep_for(1ms);
        }) {
    while (!has_)
      std::this_thread::yield();
  }
  ~Owner() {
    end();
    thread_.join();
  }
  void end() { ends_ = true; }

private:
  std::atomic<bool> has_ = false, ends_ = false;
  std::thread thread_;
};

} // namespace

TEST_CASE("a poll waits while somebody has the turn for a moment") {
  Turn turn;
  Owner owner(turn, false);
  std::atomic<bool> ended = false;
  std::thread later([&] {
    std::this_thread::sleep_for(50ms);
    ended = true;
    owner.end();
  });
  CHECK(turn.lockUnlessLong());
  CHECK(ended);
  turn.unlock();
  later.join();
}

TEST_CASE("a poll does not wait while somebody has the turn for long") {
  Turn turn;
  Owner owner(turn, true);
  CHECK_FALSE(turn.lockUnlessLong());
}

TEST_CASE("a turn is long for one owner only") {
  Turn turn;
  {
    Owner before(turn, true);
  }
  Owner owner(turn, false);
  std::thread later([&] {
    std::this_thread::sleep_for(20ms);
    owner.end();
  });
  CHECK(turn.lockUnlessLong());
  turn.unlock();
  later.join();
}

TEST_CASE("who has the turn does not wait for it") {
  Turn turn;
  std::lock_guard has(turn);
  CHECK_FALSE(turn.lockUnlessLong());
  CHECK_FALSE(turn.try_lock());
}

TEST_CASE("a forked child does not wait for a thread that it does not have") {
  Turn turn;
  Owner owner(turn, false);
  pid_t child = fork();
  if (child == 0)
    _exit(turn.lockUnlessLong() ? 1 : 0);
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(status == 0);
}
