// Walks the new statements between two places and asks of each whether its old form has run.
#include "run_again.h"

#include "has_run.h"

#include <algorithm>

namespace jithost {
namespace {

class AgainFinder {
public:
  AgainFinder(const StatementPairs &pairs, uint32_t failing, uint32_t counterpart)
      : pairs_(pairs), before_(pairs.before()), after_(pairs.after()),
        has_run_(pairs.before(), failing), counterpart_(counterpart) {}

  RunAgain find(uint32_t target) {
    RunAgain result;
    if (target == counterpart_)
      return result;
    for (uint32_t id = target, end = endOfWalk(); id < end; ++id) {
      const Statement &statement = *after_.statement(id);
      uint32_t then = oldForm(id);
      if (then == 0 || !sameOwn(*before_.statement(then), statement) || !has_run_(then))
        continue;
      result.any = true;
      bool whole = sameTree(before_, then, after_, id) && !contains(id, counterpart_);
      if (whole ? anyCalls(id) : ownCalls(statement))
        addLine(result.calling, statement);
      if (whole) // one line for a block that is the same throughout
        id = subtreeEnd(after_, id) - 1;
    }
    return result;
  }

private:
  uint32_t endOfWalk() const {
    if (counterpart_ == 0)
      return after_.statements.size() + 1;
    return has_run_.bodyHasRun() ? subtreeEnd(after_, counterpart_) : counterpart_;
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

  /// The old form of a new statement. One that moved to where partners cannot cross is found by its
  /// text.
  uint32_t oldForm(uint32_t id) const {
    if (uint32_t then = pairs_.oldOf(id))
      return then;
    const Statement &now = *after_.statement(id);
    if (now.kind == StatementKind::End || now.text.empty())
      return 0;
    for (const Statement &other : before_.statements)
      if (pairs_.newOf(other.id) == 0 && sameTree(before_, other.id, after_, id))
        return other.id;
    return 0;
  }

  const StatementPairs &pairs_;
  const FunctionTable &before_;
  const FunctionTable &after_;
  HasRun has_run_;
  uint32_t counterpart_;
};

} // namespace

RunAgain runAgain(const StatementPairs &pairs, uint32_t failing, uint32_t target,
                  uint32_t counterpart) {
  return AgainFinder(pairs, failing, counterpart).find(target);
}

} // namespace jithost
