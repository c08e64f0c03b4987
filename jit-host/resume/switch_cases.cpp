// Finds the statements that lead out of a switch.
#include "switch_cases.h"

#include "statement_align.h"

#include <algorithm>

namespace jithost {
namespace {

bool leavesBlock(const FunctionTable &code, const Statement &statement) {
  if (statement.kind == StatementKind::Jump || statement.kind == StatementKind::Return)
    return true;
  if (statement.kind == StatementKind::Expression)
    return statement.text == "throw" || statement.text.starts_with("throw ");
  if (statement.kind != StatementKind::Compound)
    return false;
  for (uint32_t id : siblings(code, statement.id, 0))
    if (leavesBlock(code, *code.statement(id)))
      return true;
  return false;
}

} // namespace

size_t caseBegin(const FunctionTable &code, const std::vector<uint32_t> &level, size_t end) {
  while (end > 0 && !leavesBlock(code, *code.statement(level[end - 1])))
    --end;
  return end;
}

std::string caseLabels(const FunctionTable &code, uint32_t id) {
  const Statement &statement = *code.statement(id);
  std::vector<uint32_t> level = siblings(code, statement.parent, statement.block);
  size_t end = std::find(level.begin(), level.end(), id) - level.begin();
  std::string labels;
  for (size_t i = caseBegin(code, level, end); i <= end; ++i)
    labels += code.statement(level[i])->labels;
  return labels;
}

} // namespace jithost
