// Compares the way to a statement with the way to the failing one, at the fork between them.
#include "has_run.h"

#include "statement_align.h"
#include "switch_cases.h"

#include <algorithm>

namespace jithost {

HasRun::HasRun(const FunctionTable &code, uint32_t failing)
    : code_(code), failing_(failing), path_(pathTo(code, failing)) {}

bool HasRun::operator()(uint32_t id) const {
  if (id >= failing_)
    return bodyHasRun() && id > failing_ && id < subtreeEnd(code_, failing_);
  std::vector<uint32_t> path = pathTo(code_, id);
  size_t fork = 0;
  while (fork < path.size() && path[fork] == path_[fork])
    ++fork;
  if (fork == 0 || fork == path.size())
    return true;
  const Statement &around = *code_.statement(path[fork - 1]);
  const Statement &active = *code_.statement(path_[fork]);
  if (around.kind == StatementKind::If)
    return code_.statement(path[fork])->block == active.block;
  if (around.kind != StatementKind::Switch)
    return true;
  std::vector<uint32_t> level = siblings(code_, around.id, active.block);
  size_t here = std::find(level.begin(), level.end(), active.id) - level.begin();
  return path[fork] >= level[caseBegin(code_, level, here)];
}

} // namespace jithost
