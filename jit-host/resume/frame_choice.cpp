// The innermost frame with a new mark, else the innermost changed one, unless a call that is in
// progress further out no longer fits; then its caller.
#include "frame_choice.h"

#include "readable.h"
#include "statement_align.h"
#include "version_diff.h"

#include <algorithm>
#include <map>

namespace jithost {
namespace {

/// A mark that the running version did not have: one that has been followed once does not catch the
/// run again.
bool markedAnew(const FunctionTable &before, const FunctionTable &after) {
  if (after.restart_mark && !before.restart_mark)
    return true;
  auto isMarked = [](const Statement &statement) { return statement.resume_mark; };
  if (std::none_of(after.statements.begin(), after.statements.end(), isMarked))
    return false;
  StatementPairs pairs(before, after);
  return std::any_of(after.statements.begin(), after.statements.end(), [&](const Statement &now) {
    const Statement *then = before.statement(pairs.oldOf(now.id));
    return now.resume_mark && (!then || !then->resume_mark);
  });
}

/// What became of a function; kept, as a deep recursion asks for the same one many times.
struct Fate {
  const FunctionTable *now = nullptr; // null: it was removed
  bool marked = false;                // anew
  bool changed = true;
  bool signature_changed = true;
};

class FrameChooser {
public:
  FrameChooser(const std::vector<ActiveFrame> &frames, const StatementTable &after)
      : frames_(frames), after_(after) {}

  FrameChoice choose() {
    size_t chosen = innermostChanged();
    if (chosen == frames_.size())
      return {};
    result_.changed = true;
    for (size_t k = chosen; k < frames_.size(); ++k)
      if (fate(k).marked) {
        chosen = k;
        break;
      }
    for (size_t k = frames_.size() - 1; k > chosen; --k)
      if (callNoLongerFits(k)) {
        chosen = k;
        break;
      }
    if (refuseOutermost(chosen))
      return result_;
    result_.frame = firstUsable(chosen);
    if (result_.frame == frames_.size())
      refuseNotResumable(chosen);
    else
      noteOuterChanges();
    return result_;
  }

private:
  const Fate &fate(size_t k) {
    const FunctionTable &before = *frames_[k].code;
    auto [slot, fresh] = fates_.try_emplace(&before);
    if (!fresh)
      return slot->second;
    const FunctionTable *now = slot->second.now = after_.function(before.symbol);
    slot->second.marked = now && markedAnew(before, *now);
    slot->second.changed = !now || slot->second.marked || functionChanged(before, *now);
    slot->second.signature_changed = !now || now->signature != before.signature;
    return slot->second;
  }

  size_t innermostChanged() {
    size_t k = 0;
    while (k < frames_.size() && !fate(k).changed)
      ++k;
    return k;
  }

  /// Frame k is in the middle of a call that the new code does not make, or cannot make, in this
  /// way.
  bool callNoLongerFits(size_t k) {
    return !fate(k).now || fate(k - 1).signature_changed ||
           (fate(k).changed && activeCallChanged(k));
  }

  bool activeCallChanged(size_t k) {
    auto [slot, fresh] = calls_changed_.try_emplace({frames_[k].code, frames_[k].statement});
    if (fresh)
      slot->second = activeCallChanged(*frames_[k].code, frames_[k].statement, *fate(k).now);
    return slot->second;
  }

  static bool activeCallChanged(const FunctionTable &before, uint32_t statement,
                                const FunctionTable &now) {
    const Statement *call = before.statement(statement);
    if (!call)
      return false;
    if (uint32_t partner = StatementPairs(before, now).newOf(call->id))
      return !sameOwn(*call, *now.statement(partner));
    // Moved into another block, for example into a new `try`: still the same call.
    return std::none_of(now.statements.begin(), now.statements.end(),
                        [&](const Statement &other) { return sameOwn(*call, other); });
  }

  /// Nobody outside the outermost frame could make the call anew.
  bool refuseOutermost(size_t chosen) {
    const FunctionTable &before = *frames_[chosen].code;
    const FunctionTable *now = fate(chosen).now;
    if (!now)
      result_.refusal = Refusal{RefusalReason::FunctionRemoved, before.name, "", ""};
    else if (now->signature != before.signature)
      result_.refusal = Refusal{RefusalReason::SignatureChanged, before.name,
                                before.signature + " before, " + now->signature + " now",
                                now->file + ":" + std::to_string(now->begin_line)};
    return result_.refusal.has_value();
  }

  bool usable(size_t k) {
    return frames_[k].code->resumable && frames_[k].code->statement(frames_[k].statement) &&
           fate(k).now && fate(k).now->resumable;
  }

  size_t firstUsable(size_t k) {
    while (k < frames_.size() && !usable(k))
      ++k;
    return k;
  }

  void refuseNotResumable(size_t chosen) {
    const FunctionTable &before = *frames_[chosen].code, *now = fate(chosen).now;
    std::string why = before.not_resumable_because;
    if (before.resumable)
      why = now->resumable ? "the statement in progress is not known" : now->not_resumable_because;
    result_.refusal = Refusal{RefusalReason::NotResumable, before.name, why,
                              before.file + ":" + std::to_string(before.begin_line)};
  }

  void noteOuterChanges() {
    for (size_t k = result_.frame + 1; k < frames_.size(); ++k) {
      if (!fate(k).changed)
        continue;
      const FunctionTable &code = *frames_[k].code;
      const Statement *call = code.statement(frames_[k].statement);
      std::string place =
          call ? placeText(call->file, call->begin_line) : placeText(code.file, code.begin_line);
      std::string note = code.name + " (" + place +
                         ") also changed; the statement in progress finishes in the old code";
      if (std::find(result_.notes.begin(), result_.notes.end(), note) == result_.notes.end())
        result_.notes.push_back(std::move(note));
    }
  }

  const std::vector<ActiveFrame> &frames_;
  const StatementTable &after_;
  std::map<const FunctionTable *, Fate> fates_;
  std::map<std::pair<const FunctionTable *, uint32_t>, bool> calls_changed_;
  FrameChoice result_;
};

} // namespace

FrameChoice chooseFrame(const std::vector<ActiveFrame> &frames, const StatementTable &after) {
  return FrameChooser(frames, after).choose();
}

} // namespace jithost
