// Lists changed statements that stand before the active one.
#include "late_changes.h"

#include "readable.h"

#include <algorithm>
#include <set>

namespace jithost {

void LateChanges::removed(uint32_t old_id) {
  const Statement &statement = *pairs_.before().statement(old_id);
  notes_.push_back(placeText(statement.file, statement.begin_line) + ": `" +
                   statementText(statement) + "` was removed, but has run already");
}

void LateChanges::changed(uint32_t new_id) {
  const Statement &statement = *pairs_.after().statement(new_id);
  notes_.push_back("the change at " + placeText(statement.file, statement.begin_line) +
                   " comes too late for this " + (in_loop ? "iteration" : "run") + ": " +
                   statementText(statement));
}

void LateChanges::before(uint32_t old_id) {
  const Statement &statement = *pairs_.before().statement(old_id);
  block(statement.parent, statement.block, old_id);
}

void LateChanges::around(uint32_t old_id, uint32_t block) {
  uint32_t partner = pairs_.newOf(old_id);
  const Statement &then = *pairs_.before().statement(old_id);
  bool head_has_run = !isLoop(then);
  if (then.kind == StatementKind::RangeFor) // goes on over the old range
    for (uint32_t part : siblings(pairs_.before(), old_id, kHeaderBlock))
      if (pairs_.before().statement(part)->kind == StatementKind::Declaration)
        head_has_run |= !pairs_.sameTreeAsPartner(part);
  if (head_has_run && !sameOwn(then, *pairs_.after().statement(partner)))
    changed(partner);
  earlierBlocks(old_id, block);
}

void LateChanges::earlierBlocks(uint32_t old_id, uint32_t active) {
  if (pairs_.before().statement(old_id)->kind == StatementKind::Try && active > 0)
    block(old_id, 0, 0);
}

void LateChanges::block(uint32_t old_parent, uint32_t number, uint32_t old_end) {
  std::vector<uint32_t> now = siblings(pairs_.after(), pairs_.newOf(old_parent), number);
  auto next = now.begin();
  auto passNewOnes = [&](uint32_t end) {
    for (; next != now.end() && *next < end; ++next)
      if (pairs_.oldOf(*next) == 0 && pairs_.after().statement(*next)->kind != StatementKind::End)
        changed(*next);
  };
  for (uint32_t old_id : siblings(pairs_.before(), old_parent, number)) {
    uint32_t partner = pairs_.newOf(old_id);
    passNewOnes(partner);
    if (old_id == old_end)
      return;
    if (partner != 0)
      inside(old_id);
    else if (pairs_.before().statement(old_id)->kind != StatementKind::End)
      removed(old_id);
  }
  passNewOnes(static_cast<uint32_t>(-1));
}

void LateChanges::inside(uint32_t old_id) {
  uint32_t partner = pairs_.newOf(old_id);
  if (!sameOwn(*pairs_.before().statement(old_id), *pairs_.after().statement(partner)))
    return changed(partner);
  std::set<uint32_t> blocks;
  for (const FunctionTable *code : {&pairs_.before(), &pairs_.after()})
    for (const Statement &statement : code->statements)
      if (statement.parent == (code == &pairs_.before() ? old_id : partner))
        blocks.insert(statement.block);
  for (uint32_t number : blocks)
    block(old_id, number, 0);
}

} // namespace jithost
