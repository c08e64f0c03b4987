// The active frames of a pause with their variables: the paused one, and those further out, which
// are looked at when somebody asks for them.
#pragma once

#include "evaluator.h"
#include "pause/screen.h"
#include "runtime/frame_probe.h"

#include <map>
#include <thread>

namespace jithost {

/// Thrown in the copy of the process that looks at frames further out: everything unwinds.
struct UnwindCopy {};

/// A scalar that is to be written when its frame goes on.
struct PendingWrite {
  std::thread::id thread;
  uintptr_t frame_address = 0;
  std::string symbol, label, name; // of the body, and the captured name
  uint64_t before = 0, word = 0;
};

class PausedFrames {
public:
  /// \param stack innermost first; frames in front of `paused` are gone
  PausedFrames(std::vector<StackFrame> &stack, size_t paused, const CapturedFrame &captured,
               const VersionStore &versions);
  /// Of a thread that was stopped where it stands: none is gone, and those are known whose first
  /// guard a copy of the process has met; the innermost of these is the paused one.
  PausedFrames(std::vector<StackFrame> &stack, const std::vector<ProbedFrame> &guards,
               std::thread::id thread, const VersionStore &versions);

  size_t paused() const { return paused_; }
  size_t count() const { return stack_.size(); }
  const StackFrame &frame(size_t index) const { return stack_[index]; }

  /// Null: its variables cannot be reached.
  FrameRecord *record(size_t index);

  /// Scalars that were written since the pause began.
  std::vector<PendingWrite> writes() const;

  /// Why a frame further in than the paused one has no variables.
  const char *goneBecause() const { return stands_ ? "not at a call" : "left"; }

  size_t chosen;

private:
  struct Outer {
    FrameRecord record;
    std::vector<uint64_t> words, before;
  };
  void lookOutside();
  void addOuter(std::vector<ProbedFrame> found);
  void addWrites(const FrameRecord &record, const std::vector<uint64_t> &before,
                 std::vector<PendingWrite> &writes) const;

  std::vector<StackFrame> &stack_;
  size_t paused_;
  CapturedFrame captured_;
  std::thread::id thread_ = std::this_thread::get_id();
  bool stands_ = false;
  const VersionStore &versions_;
  FrameRecord innermost_;
  std::vector<uint64_t> innermost_before_;
  std::map<size_t, Outer> outer_;
  bool looked_ = false;
};

/// The variables in scope, as the screen shows them.
std::vector<ShownVariable> variablesOf(const FrameRecord &record, const ObjectDescriber &describer);

} // namespace jithost
