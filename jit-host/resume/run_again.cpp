// Walks the new statements between two places and asks of each whether its old form has run.
#include "run_again.h"

#include "switch_cases.h"

#include <algorithm>

namespace jithost {
namespace {

class AgainFinder {
public:
  AgainFinder(const StatementPairs &pairs, uint32_t failing, uint32_t counterpart)
      : pairs_(pairs), before_(pairs.before()), after_(pairs.after()), failing_(failing),
        counterpart_(counterpart), path_(pathTo(before_, failing)) {}

  RunAgain find(uint32_t target) {
    RunAgain result;
    if (target == counterpart_)
      return result;
    for (uint32_t id = target, end = endOfWalk(); id < end; ++id) {
      const Statement &statement = *after_.statement(id);
      uint32_t then = pairs_.oldOf(id);
      if (then == 0 || !sameOwn(*before_.statement(then), statement) || !hasRun(then))
        continue;
      result.any = true;
      bool whole = pairs_.sameTreeAsPartner(then) && !contains(id, counterpart_);
      if (whole ? anyCalls(id) : ownCalls(statement))
        addLine(result.calling, statement);
      if (whole) // one line for a block that is the same throughout
        id = subtreeEnd(after_, id) - 1;
    }
    return result;
  }

private:
  /// A failing `while` may be anywhere in its iterations: its body has run, too.
  bool bodyHasRun() const { return before_.statement(failing_)->kind == StatementKind::While; }

  uint32_t endOfWalk() const {
    if (counterpart_ == 0)
      return after_.statements.size() + 1;
    return bodyHasRun() ? subtreeEnd(after_, counterpart_) : counterpart_;
  }

  bool contains(uint32_t id, uint32_t inner) const {
    return inner > id && inner < subtreeEnd(after_, id);
  }

  /// Stepping is part of running a loop again, no effect of its own.
  static bool ownCalls(const Statement &statement) {
    return statement.calls && statement.kind != StatementKind::Increment;
  }

  bool anyCalls(uint32_t id) const {
    for (uint32_t end = subtreeEnd(after_, id); id < end; ++id)
      if (ownCalls(*after_.statement(id)))
        return true;
    return false;
  }

  /// Parts of a loop's header are named by the loop.
  static void addLine(std::vector<uint32_t> &lines, const Statement &statement) {
    uint32_t id = statement.block == kHeaderBlock ? statement.parent : statement.id;
    if (std::find(lines.begin(), lines.end(), id) == lines.end())
      lines.push_back(id);
  }

  /// True for what stands before the failing statement, except in branches and cases that were not
  /// taken.
  bool hasRun(uint32_t old_id) const {
    if (old_id >= failing_)
      return bodyHasRun() && old_id > failing_ && old_id < subtreeEnd(before_, failing_);
    std::vector<uint32_t> path = pathTo(before_, old_id);
    size_t fork = 0;
    while (fork < path.size() && path[fork] == path_[fork])
      ++fork;
    if (fork == 0 || fork == path.size())
      return true;
    const Statement &around = *before_.statement(path[fork - 1]);
    const Statement &active = *before_.statement(path_[fork]);
    if (around.kind == StatementKind::If)
      return before_.statement(path[fork])->block == active.block;
    if (around.kind != StatementKind::Switch)
      return true;
    std::vector<uint32_t> level = siblings(before_, around.id, active.block);
    size_t here = std::find(level.begin(), level.end(), active.id) - level.begin();
    return path[fork] >= level[caseBegin(before_, level, here)];
  }

  const StatementPairs &pairs_;
  const FunctionTable &before_;
  const FunctionTable &after_;
  uint32_t failing_, counterpart_;
  std::vector<uint32_t> path_;
};

} // namespace

RunAgain runAgain(const StatementPairs &pairs, uint32_t failing, uint32_t target,
                  uint32_t counterpart) {
  return AgainFinder(pairs, failing, counterpart).find(target);
}

} // namespace jithost
