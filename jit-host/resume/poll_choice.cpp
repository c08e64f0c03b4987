// What comes next in the new code is what follows the statement that has just ended there: so new
// statements in front of the next old one run.
#include "poll_choice.h"

#include "guard_choice.h"
#include "statement_align.h"
#include "statement_choice.h"

#include <algorithm>

namespace jithost {
namespace {

uint32_t following(const std::vector<uint32_t> &level, uint32_t id) {
  auto place = std::upper_bound(level.begin(), level.end(), id);
  return place == level.end() ? 0 : *place;
}

uint32_t targetOf(const StatementPairs &pairs, uint32_t next) {
  const Statement &here = *pairs.before().statement(next);
  uint32_t parent = pairs.newOf(here.parent);
  bool same_block = here.block != kHeaderBlock && (here.parent == 0 || parent != 0);
  std::vector<uint32_t> then = siblings(pairs.before(), here.parent, here.block);
  std::vector<uint32_t> now = siblings(pairs.after(), parent, here.block);
  if (same_block && !now.empty()) {
    if (then.front() == next)
      return now.front();
    uint32_t ended = *std::prev(std::find(then.begin(), then.end(), next));
    if (uint32_t partner = pairs.newOf(ended); std::count(now.begin(), now.end(), partner))
      return following(now, partner);
  }
  StatementChoice choice = chooseStatement(pairs, next);
  return choice.refusal ? 0 : choice.failing;
}

} // namespace

std::variant<uint32_t, Refusal> choosePollTarget(const FunctionTable &before, uint32_t next,
                                                 const FunctionTable &after) {
  std::string place = after.file + ":" + std::to_string(after.begin_line);
  if (!after.resumable)
    return Refusal{RefusalReason::NotResumable, after.name, after.not_resumable_because, place};
  uint32_t target = targetOf(StatementPairs(before, after), next);
  if (target == 0)
    return Refusal{RefusalReason::NoStatementLeft, after.name, "", place};
  auto guard = chooseGuard(before, next, after, target);
  if (auto *refusal = std::get_if<Refusal>(&guard))
    return *refusal;
  if (std::get<uint32_t>(guard) != next) // a scope would have to be left, but nothing unwinds
    return Refusal{RefusalReason::VariableRemoved, after.name, "", place};
  return target;
}

} // namespace jithost
