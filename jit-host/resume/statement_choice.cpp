// Walks the new statements from the body of the innermost loop to the one that stands for the
// failing one, and asks of each whether it has run in this form.
#include "statement_choice.h"

#include "has_run.h"
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
        path_(pathTo(before_, failing)), has_run_(before_, failing), late_(pairs, result_.notes) {}

  StatementChoice choose() {
    size_t inner = innermostLevel();
    if (!enterLoops(inner))
      return std::move(result_);
    if (inner + 1 == path_.size() && isPerIteration(old(path_[inner])))
      result_.first = result_.failing = inHeader();
    else {
      undo_ = firstToUndo(inner);
      result_.failing = withNewBlocks(inPlaceOfFailing(inner));
      result_.first = walk(inner);
      noteRemoved(inner);
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

  std::vector<uint32_t> newLevel(size_t level) const {
    const Statement &here = old(path_[level]);
    return siblings(after_, pairs_.newOf(here.parent), here.block);
  }

  /// Every loop that runs must have a counterpart. Changes around the innermost loop's body come
  /// too late; so do blocks that came or went there.
  bool enterLoops(size_t inner) {
    for (size_t level = 0; level < inner; ++level) {
      uint32_t id = path_[level], parent = old(id).parent;
      if (parent == 0 || pairs_.newOf(parent) != 0)
        late_.before(id);
      if (pairs_.newOf(id) != 0)
        late_.around(id, old(path_[level + 1]).block);
      else if (isLoop(old(id)))
        return refuse(id);
      late_.in_loop |= isLoop(old(id));
    }
    return true;
  }

  bool refuse(uint32_t loop) {
    result_.refusal = Refusal{RefusalReason::LoopRemoved, statementText(old(loop)),
                              "in " + before_.name, place(loop)};
    return false;
  }

  /// A part of the header that is gone leaves the run at what would come after it.
  uint32_t inHeader() const {
    const Statement &failing = old(path_.back());
    if (uint32_t partner = pairs_.newOf(failing.id))
      return partner;
    uint32_t loop = pairs_.newOf(failing.parent);
    if (now(loop).kind == StatementKind::While) // begins with its condition
      return loop;
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
    uint32_t partner = pairs_.newOf(path_.back());
    if (partner != 0 && sameOwn(old(path_.back()), now(partner)))
      return partner;
    if (uint32_t moved = movedTo(pairs_.newOf(old(path_[inner]).parent)))
      return moved;
    if (partner != 0)
      return partner;
    size_t level = inner;
    while (pairs_.newOf(path_[level]) != 0)
      ++level;
    return inPlaceOf(level);
  }

  /// The outermost new block around `id` in which nothing has run yet, or `id` itself.
  uint32_t withNewBlocks(uint32_t id) const {
    for (uint32_t around = id; around != 0; around = now(around).parent) {
      for (uint32_t before = around; before < id; ++before)
        if (uint32_t then = pairs_.oldOf(before); before != around && then != 0 && has_run_(then))
          return id;
      if (around != id && pairs_.oldOf(around) != 0)
        return id;
      id = around;
    }
    return id;
  }

  /// The only statement inside `loop` that equals the failing one and no other old one.
  uint32_t movedTo(uint32_t loop) const {
    uint32_t found = 0, end = loop ? subtreeEnd(after_, loop) : after_.statements.size() + 1;
    for (uint32_t id = loop + 1; id < end; ++id) {
      uint32_t then = pairs_.oldOf(id);
      if ((then != 0 && sameOwn(old(then), now(id))) ||
          !sameTree(before_, path_.back(), after_, id))
        continue;
      if (found != 0 || now(id).kind == StatementKind::End)
        return 0;
      found = id;
    }
    return found;
  }

  /// What follows the last statement that has run.
  uint32_t inPlaceOf(size_t level) const {
    std::vector<uint32_t> now_level = newLevel(level);
    if (now_level.empty()) // the block is gone: decide anew whether to enter it
      return pairs_.newOf(old(path_[level]).parent);
    uint32_t last = 0;
    for (uint32_t id = old(path_[level]).parent + 1; id < path_.back(); ++id)
      if (pairs_.newOf(id) != 0 && !contains(before_, id, path_.back()))
        last = std::max(last, pairs_.newOf(id));
    auto place = std::upper_bound(now_level.begin(), now_level.end(), last);
    return place == now_level.end() ? 0 : *place;
  }

  static bool contains(const FunctionTable &code, uint32_t around, uint32_t id) {
    return id > around && id < subtreeEnd(code, around);
  }

  /// From the new body of the innermost loop to what stands for the failing statement: the first
  /// statement that has not run in this form.
  uint32_t walk(size_t inner) {
    uint32_t target = result_.failing, region = pairs_.newOf(old(path_[inner]).parent);
    std::vector<uint32_t> path = target == 0 ? std::vector<uint32_t>() : pathTo(after_, target);
    size_t level = std::find(path.begin(), path.end(), region) - path.begin();
    level = region == 0 ? 0 : level + 1;
    for (; level < path.size(); ++level) {
      if (uint32_t change = changeBefore(path[level]))
        return change;
      if (level + 1 < path.size() && !enters(path[level], path[level + 1]))
        return path[level];
    }
    return target;
  }

  /// The first statement in front of `id`, in its block, that is new, changed or has not run.
  uint32_t changeBefore(uint32_t id) {
    std::vector<uint32_t> level = siblings(after_, now(id).parent, now(id).block);
    for (size_t i = begin(level, id); i < level.size() && level[i] <= id; ++i) {
      uint32_t then = pairs_.oldOf(level[i]);
      if (then != 0 && undo_ != 0 && undo_ < then)
        return level[i];
      if (level[i] != id && (then == 0 || !pairs_.sameTreeAsPartner(then) || !has_run_(then)))
        return level[i];
    }
    return 0;
  }

  /// Where a walk begins: in a switch, behind what leads out of it.
  size_t begin(const std::vector<uint32_t> &level, uint32_t id) const {
    uint32_t parent = now(id).parent;
    if (parent == 0 || now(parent).kind != StatementKind::Switch)
      return 0;
    return caseBegin(after_, level, std::find(level.begin(), level.end(), id) - level.begin());
  }

  /// True when the run can go on inside `id` without what `id` itself does: it was inside already,
  /// or nothing would be done.
  bool enters(uint32_t id, uint32_t inner) {
    uint32_t then = pairs_.oldOf(id), block = now(inner).block;
    StatementKind kind = now(id).kind;
    if (then == 0)
      return kind == StatementKind::Compound || (kind == StatementKind::Try && block == 0);
    auto active = std::find(path_.begin(), path_.end(), then);
    if (active == path_.end() || active + 1 == path_.end())
      return false;
    uint32_t old_inner = *(active + 1);
    if (isLoop(old(then)))
      return true; // in its header
    if (old(old_inner).block != block)
      return false;
    if (kind == StatementKind::Switch &&
        caseLabels(before_, old_inner) != caseLabels(after_, inner))
      return false;
    late_.earlierBlocks(then, block);
    // The new handlers of a `try` are those of the code that goes on.
    return sameOwn(old(then), now(id)) || (kind == StatementKind::Try && block == 0);
  }

  /// The first removed declaration of an object that is alive: the run goes back before it. 0:
  /// none.
  uint32_t firstToUndo(size_t inner) const {
    uint32_t first = 0;
    for (uint32_t index : old(path_.back()).scope) {
      uint32_t id = before_.variables[index].declared_by;
      if (id > old(path_[inner]).parent && pairs_.newOf(id) == 0 && mustBeUndone(id))
        first = first == 0 ? id : std::min(first, id);
    }
    return first;
  }

  /// Says which statements in front of the failing one are gone and not made up for.
  void noteRemoved(size_t inner) {
    uint32_t end = path_.back();
    for (uint32_t id = result_.first; id <= result_.failing; ++id)
      if (pairs_.oldOf(id) != 0) {
        end = std::min(end, pairs_.oldOf(id));
        break;
      }
    for (size_t level = inner; level < path_.size(); ++level) {
      const Statement &here = old(path_[level]);
      for (uint32_t id : siblings(before_, here.parent, here.block))
        if (id < std::min(end, path_[level]) && has_run_(id) && !mustBeUndone(id) && isGone(id))
          late_.removed(id);
    }
  }

  /// It and all inside have no partner.
  bool isGone(uint32_t id) const {
    for (uint32_t inner = id; inner < subtreeEnd(before_, id); ++inner)
      if (pairs_.newOf(inner) != 0)
        return false;
    return old(id).kind != StatementKind::End;
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
  HasRun has_run_;
  uint32_t undo_ = 0;
  StatementChoice result_;
  LateChanges late_;
};

} // namespace

StatementChoice chooseStatement(const StatementPairs &pairs, uint32_t failing) {
  return StatementChooser(pairs, failing).choose();
}

} // namespace jithost
