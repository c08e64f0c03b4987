// Decides where a paused run goes on in a new version: which active frame is taken over, at which
// guard of the old code, and at which statement of the new code. Plain data in, plain data out.
#pragma once

#include "../compile/statement_table.h"
#include "refusal.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace jithost {

/// What is done when statements that have run already, and call something, would run once more.
enum class GoBack { Ask, Yes, No };

/// An active call of a program function at the moment of the failure.
struct ActiveFrame {
  const FunctionTable *code = nullptr; // the version the frame runs
  uint32_t statement = 0;              // the one in progress, 0 = between statements
};

/// Frame of a landing that does not exist.
inline constexpr size_t kNoFrame = static_cast<size_t>(-1);

/// Where a run goes on.
struct Landing {
  size_t frame = 0;     // index into the active frames, 0 = innermost; kNoFrame: there is no way
  uint32_t guard = 0;   // statement of the old code whose guard hands over the frame
  uint32_t target = 0;  // statement of the new code
  bool changed = false; // false: no active frame changed, the statement is tried again
  std::vector<std::string> notes; // shown to the user: what runs again, what changed too late
};

/// `run_again` would run once more; asked for with GoBack::Ask. `no` goes on at the failing
/// statement; its frame is kNoFrame when that cannot be done (a variable in scope there has no
/// value).
struct Question {
  Landing yes, no;
  std::vector<std::string> run_again; // "train.cpp:41: optimizer.zero_grad();"
};

using ResumeDecision = std::variant<Landing, Question, Refusal>;

/// \param frames innermost first, program frames only; frames[0].statement is the failing one.
/// \param after the newest version of every function (all translation units).
ResumeDecision mapResume(const std::vector<ActiveFrame> &frames, const StatementTable &after,
                         GoBack go_back);

/// Where the run goes on when nothing changed: at the failing statement of the innermost frame that
/// can be gone on in.
Landing retryLanding(const std::vector<ActiveFrame> &frames);

} // namespace jithost
