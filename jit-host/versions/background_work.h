// What is made ready while nobody waits for it: units kept parsed for the next patch, library
// functions for interim code, and the optimised successors of interim code. Nothing of this exists
// before the first pause.
#pragma once

#include "compile_work.h"
#include "jit/session.h"
#include "version_store.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace jithost {

/// A unit to be kept parsed.
struct UnitToHold {
  size_t index = 0; // of the unit
  uint32_t version = 0;
  CompileJob job; // with the sources of that version
};

class BackgroundWork {
public:
  /// What is done with the whole code of a unit. \return false: not now, while a thread is paused.
  /// (To wait for it would be to wait for the person at the pause, whose patch waits for this
  /// thread.)
  using TakeOver =
      std::function<bool(const UnitToHold &, const std::shared_ptr<CompileAnswer> &whole)>;

  BackgroundWork(CompileWork &work, Session &session, TakeOver take_over)
      : work_(work), session_(session), take_over_(std::move(take_over)) {}

  /// Keeps the unit parsed from now on, instead of what is held of it.
  /// \param complete whether its whole code is wanted, for successors
  /// \param whole its whole code when there is some, for support
  void hold(UnitToHold unit, bool complete, std::shared_ptr<const Code> whole);

  bool holds(size_t index);

  /// The unit as `version` has it; waits while it is being read for the first time. Null: what is
  /// held, if anything, is another version. (Its table and code would not be those that a patch is
  /// compared with.)
  /// It is the caller's then: the unit is held no longer.
  std::shared_ptr<HeldUnit> take(size_t index, uint32_t version) {
    return held(index, version, true);
  }

  /// The same, but it goes on being held: for what leaves it as it is.
  std::shared_ptr<HeldUnit> borrow(size_t index, uint32_t version) {
    return held(index, version, false);
  }

  /// Library functions that interim code may call.
  SymbolNames support();
  /// Those that came behind the first `size` bytes of its text.
  std::string supportSince(size_t size);

  /// Waits until all is done, from now on without rests. Not for who has the turn.
  void finish();

  /// The process ends: nothing more is begun.
  void stop();

private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Task {
    UnitToHold unit;
    bool complete;
    std::shared_ptr<const Code> whole;
  };
  struct Incomplete { // read, its whole code is to be generated once nothing was patched for a
                      // while
    UnitToHold unit;
    std::shared_ptr<HeldUnit> held;
    TimePoint quiet;
  };
  struct Slot {
    bool reading = false;
    uint32_t wanted = 0; // version that is to be held
    uint32_t version = 0;
    std::shared_ptr<HeldUnit> unit; // as of `version`
  };

  std::shared_ptr<HeldUnit> held(size_t index, uint32_t version, bool taken);
  std::chrono::milliseconds rest(std::chrono::milliseconds wanted) const;
  void run();
  std::chrono::milliseconds restBeforeWaiting() const;
  void runTask(const Task &task, TimePoint quiet);
  void runWaiting();
  void complete();
  void addSupport(const Code &library);
  std::shared_ptr<HeldUnit> read(const UnitToHold &unit);
  llvm::Expected<CompileAnswer> wholeCode(const UnitToHold &unit, HeldUnit *held);

  CompileWork &work_;
  Session &session_;
  TakeOver take_over_;
  std::mutex mutex_; // guards all below; never held while something is waited for
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::map<size_t, Slot> slots_;
  std::set<size_t> supported_; // units whose library functions were made
  // Of the thread alone: what waits for its whole code, and to take over.
  std::deque<Incomplete> incomplete_;
  std::vector<std::pair<UnitToHold, std::shared_ptr<CompileAnswer>>> whole_;
  std::vector<std::shared_ptr<const Code>> unsupported_; // whose library functions are to be made
  SymbolNames support_;
  unsigned awaited_ = 0; // how many threads wait for a unit
  bool stopped_ = false, idle_ = true, hurries_ = false;
  pid_t started_in_ = 0; // a child that the program forks has no thread
};

} // namespace jithost
