// Targets by name; whether their variables have values is the guard's to say.
#include "named_target.h"

#include "guard_choice.h"
#include "poll_choice.h"
#include "statement_align.h"
#include "version_diff.h"

#include <algorithm>

namespace jithost {
namespace {

NamedTarget landing(const ActiveFrame &frame, const FunctionTable &now, uint32_t target) {
  if (!now.resumable)
    return sentence({RefusalReason::NotResumable, now.name, now.not_resumable_because, ""});
  auto guard = chooseGuard(*frame.code, frame.statement, now, target);
  if (auto *refusal = std::get_if<Refusal>(&guard))
    return sentence(*refusal);
  return Landing{0, std::get<uint32_t>(guard), target, true, {}};
}

/// The statement to be left out: a part of a loop's header stands for the loop.
const Statement *whole(const FunctionTable &code, uint32_t id) {
  const Statement *statement = code.statement(id);
  while (statement && statement->block == kHeaderBlock &&
         statement->kind != StatementKind::Condition && statement->kind != StatementKind::Increment)
    statement = code.statement(statement->parent);
  return statement;
}

} // namespace

NamedTarget targetBehind(const ActiveFrame &frame, const FunctionTable &now) {
  const FunctionTable &code = *frame.code;
  const Statement *left_out = whole(code, frame.statement);
  if (!left_out)
    return "it is not known which statement fails; say `goto LINE`";
  if (left_out->block == kHeaderBlock)
    return "the condition or increment of a loop cannot be left out; say `goto LINE`, or correct "
           "it "
           "in a patch";
  if (left_out->kind == StatementKind::Return)
    return "a return cannot be left out; say `return` and what is to be returned";
  std::vector<uint32_t> level = siblings(code, left_out->parent, left_out->block);
  auto next = std::upper_bound(level.begin(), level.end(), left_out->id);
  if (next == level.end())
    return "nothing follows in this block; say `goto LINE`";
  if (!functionChanged(code, now))
    return landing(frame, now, *next);
  auto target = choosePollTarget(code, *next, now);
  if (auto *refusal = std::get_if<Refusal>(&target))
    return sentence(*refusal);
  return landing(frame, now, std::get<uint32_t>(target));
}

NamedTarget targetAtLine(const ActiveFrame &frame, const FunctionTable &now, uint32_t line) {
  std::string lines;
  uint32_t last = 0;
  for (const Statement &statement : now.statements) {
    if (statement.begin_line == line && statement.block != kHeaderBlock)
      return landing(frame, now, statement.id);
    bool near = statement.begin_line + 4 >= line && statement.begin_line <= line + 4;
    if (near && statement.begin_line != last && statement.block != kHeaderBlock)
      lines += (lines.empty() ? "" : ", ") + std::to_string(last = statement.begin_line);
  }
  return "no statement of " + now.name + " begins at line " + std::to_string(line) +
         (lines.empty() ? "; it has lines " + std::to_string(now.begin_line) + " to " +
                              std::to_string(now.end_line)
                        : "; near it some begin at " + lines);
}

NamedTarget targetAtBegin(const ActiveFrame &frame, const FunctionTable &now) {
  if (now.statements.empty())
    return now.name + " has no statement";
  return landing(frame, now, 1);
}

} // namespace jithost
