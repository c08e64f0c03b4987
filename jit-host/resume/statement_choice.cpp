// Walks the old and the new statements side by side, from the body of the innermost loop to the
// failing one.
#include "statement_choice.h"

#include "late_changes.h"
#include "readable.h"
#include "switch_cases.h"

#include <algorithm>

namespace jithost {
namespace {

class StatementChooser {
public:
  StatementChooser(const StatementPairs &pairs, uint32_t failing)
      : pairs_(pairs), before_(pairs.before()), after_(pairs.after()),
        path_(pathTo(before_, failing)), late_(pairs, result_.notes) {}

  StatementChoice choose() {
    size_t inner = innermostLevel();
    if (!enterLoops(inner))
      return std::move(result_);
    if (inner + 1 == path_.size() && isPerIteration(old(path_[inner])))
      result_.first = result_.failing = inHeader();
    else {
      result_.failing = inPlaceOfFailing(inner);
      result_.first = walk(inner);
    }
    if (result_.first == 0 || result_.failing == 0)
      result_.refusal = Refusal{RefusalReason::NoStatementLeft, before_.name, "", ""};
    return std::move(result_);
  }

private:
  const Statement &old(uint32_t id) const { return *before_.statement(id); }
  const Statement &now(uint32_t id) const { return *after_.statement(id); }

  /// Conditions and increments; a range-for's other parts run once, before the loop.
  static bool isPerIteration(const Statement &statement) {
    return statement.kind == StatementKind::Condition || statement.kind == StatementKind::Increment;
  }

  /// Index in the path of the statement in the body of the innermost loop, or of the function.
  size_t innermostLevel() const {
    size_t level = path_.size() - 1;
    for (; level > 0; --level) {
      const Statement &here = old(path_[level]);
      if (isLoop(old(path_[level - 1])) && (here.block != kHeaderBlock || isPerIteration(here)))
        break;
    }
    return level;
  }

  std::vector<uint32_t> oldLevel(size_t level) const {
    const Statement &here = old(path_[level]);
    return siblings(before_, here.parent, here.block);
  }

  std::vector<uint32_t> newLevel(size_t level) const {
    const Statement &here = old(path_[level]);
    return siblings(after_, pairs_.newOf(here.parent), here.block);
  }

  /// Everything around the innermost loop's body must have a counterpart; changes there come too
  /// late.
  bool enterLoops(size_t inner) {
    for (size_t level = 0; level < inner; ++level) {
      uint32_t id = path_[level];
      if (pairs_.newOf(id) == 0) {
        auto reason = isLoop(old(id)) ? RefusalReason::LoopRemoved : RefusalReason::BlockRemoved;
        result_.refusal = Refusal{reason, statementText(old(id)), "in " + before_.name, place(id)};
        return false;
      }
      late_.before(id);
      late_.around(id, old(path_[level + 1]).block);
      late_.in_loop |= isLoop(old(id));
    }
    return true;
  }

  /// A part of the header that is gone leaves the run at what would come after it.
  uint32_t inHeader() const {
    const Statement &failing = old(path_.back());
    if (uint32_t partner = pairs_.newOf(failing.id))
      return partner;
    uint32_t loop = pairs_.newOf(failing.parent);
    if (failing.kind == StatementKind::Increment)
      for (uint32_t part : siblings(after_, loop, kHeaderBlock))
        if (now(part).kind == StatementKind::Condition)
          return part;
    if (old(failing.parent).kind == StatementKind::Do)
      return 0; // `while (true)` or `while (false)`: cannot be told from here
    std::vector<uint32_t> body = siblings(after_, loop, 0);
    return body.empty() ? 0 : body.front();
  }

  uint32_t inPlaceOfFailing(size_t inner) const {
    for (size_t level = inner; level < path_.size(); ++level)
      if (pairs_.newOf(path_[level]) == 0)
        return inPlaceOf(level);
    return pairs_.newOf(path_.back());
  }

  /// What follows the partner of the nearest sibling that has one.
  uint32_t inPlaceOf(size_t level) const {
    std::vector<uint32_t> now_level = newLevel(level);
    if (now_level.empty()) // the block is gone: decide anew whether to enter it
      return pairs_.newOf(old(path_[level]).parent);
    uint32_t last = 0;
    for (uint32_t id : oldLevel(level))
      if (id < path_[level])
        last = std::max(last, pairs_.newOf(id));
    auto place = std::upper_bound(now_level.begin(), now_level.end(), last);
    return place == now_level.end() ? 0 : *place;
  }

  uint32_t walk(size_t inner) {
    for (size_t level = inner; level < path_.size(); ++level) {
      uint32_t id = path_[level];
      uint32_t reached = walkLevel(level);
      bool here = level + 1 == path_.size();
      bool enter = reached != 0 && reached == pairs_.newOf(id) &&
                   (sameOwn(old(id), now(reached)) || isLoop(old(id)));
      if (here || !enter)
        return reached;
      late_.earlierBlocks(id, old(path_[level + 1]).block);
    }
    return 0;
  }

  /// \return the first changed or new statement of the level, or what the walk finds where the path
  /// goes on.
  uint32_t walkLevel(size_t level) {
    std::vector<uint32_t> then = oldLevel(level), today = newLevel(level);
    if (today.empty())
      return pairs_.newOf(old(path_[level]).parent);
    size_t end = std::find(then.begin(), then.end(), path_[level]) - then.begin();
    auto [i, j] = begin(level, then, end, today);
    for (; i < end; ++i) {
      uint32_t partner = pairs_.newOf(then[i]);
      if (partner == 0) {
        if (mustBeUndone(then[i]))
          break;
        late_.removed(then[i]);
        continue;
      }
      if (j < today.size() && partner < today[j])
        continue; // in another case of a switch
      if (j >= today.size() || partner != today[j] || !pairs_.sameTreeAsPartner(then[i]))
        break;
      ++j;
    }
    return j < today.size() ? today[j] : 0;
  }

  /// Where the walk begins: in a switch, behind what leads out of it.
  std::pair<size_t, size_t> begin(size_t level, const std::vector<uint32_t> &then, size_t end,
                                  const std::vector<uint32_t> &today) const {
    uint32_t parent = old(path_[level]).parent;
    if (parent == 0 || old(parent).kind != StatementKind::Switch)
      return {0, 0};
    uint32_t partner = pairs_.newOf(path_[level]);
    uint32_t reached = partner != 0 ? partner : inPlaceOf(level);
    size_t index = std::find(today.begin(), today.end(), reached) - today.begin();
    return {caseBegin(before_, then, end), caseBegin(after_, today, index)};
  }

  /// A removed declaration whose variable is alive and has a destructor.
  bool mustBeUndone(uint32_t id) const {
    return old(id).kind == StatementKind::Declaration &&
           std::any_of(before_.variables.begin(), before_.variables.end(), [&](const Variable &v) {
             return v.declared_by == id && !v.trivial_destruction;
           });
  }

  std::string place(uint32_t old_id) const {
    return old(old_id).file + ":" + std::to_string(old(old_id).begin_line);
  }

  const StatementPairs &pairs_;
  const FunctionTable &before_;
  const FunctionTable &after_;
  std::vector<uint32_t> path_;
  StatementChoice result_;
  LateChanges late_;
};

} // namespace

StatementChoice chooseStatement(const StatementPairs &pairs, uint32_t failing) {
  return StatementChooser(pairs, failing).choose();
}

} // namespace jithost
