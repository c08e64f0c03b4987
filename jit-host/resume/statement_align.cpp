// Statement trees aligned block by block with weighted longest common subsequences.
#include "statement_align.h"

#include "../compile/best_pairs.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string_view>

namespace jithost {
namespace {

std::string_view withoutElse(const Statement &statement) {
  std::string_view text = statement.text;
  if (statement.kind == StatementKind::If && text.ends_with(" else"))
    text.remove_suffix(5);
  return text;
}

std::multiset<std::string> tokensOf(const std::string &text) {
  std::istringstream stream(text);
  std::multiset<std::string> tokens;
  for (std::string token; stream >> token;)
    tokens.insert(token);
  return tokens;
}

constexpr unsigned kAlike = 60; // per cent of what two statements consist of

/// A range-for has variables of its own that no other loop has.
bool sameLoopFamily(const Statement &before, const Statement &after) {
  return isLoop(before) && isLoop(after) && before.kind != StatementKind::RangeFor &&
         after.kind != StatementKind::RangeFor;
}

} // namespace

bool isLoop(const Statement &statement) {
  switch (statement.kind) {
  case StatementKind::For:
  case StatementKind::RangeFor:
  case StatementKind::While:
  case StatementKind::Do:
    return true;
  default:
    return false;
  }
}

std::vector<uint32_t> siblings(const FunctionTable &code, uint32_t parent, uint32_t block) {
  std::vector<uint32_t> ids;
  for (const Statement &statement : code.statements)
    if (statement.parent == parent && statement.block == block)
      ids.push_back(statement.id);
  return ids;
}

std::vector<uint32_t> pathTo(const FunctionTable &code, uint32_t id) {
  std::vector<uint32_t> path;
  for (; id != 0; id = code.statement(id)->parent)
    path.insert(path.begin(), id);
  return path;
}

uint32_t subtreeEnd(const FunctionTable &code, uint32_t id) {
  uint32_t end = id + 1;
  while (end <= code.statements.size() && code.statement(end)->parent >= id)
    ++end;
  return end;
}

bool sameOwn(const Statement &before, const Statement &after) {
  return before.kind == after.kind && withoutElse(before) == withoutElse(after);
}

bool sameTree(const FunctionTable &before, uint32_t old_id, const FunctionTable &after,
              uint32_t new_id) {
  if (!sameOwn(*before.statement(old_id), *after.statement(new_id)))
    return false;
  uint32_t size = subtreeEnd(before, old_id) - old_id;
  if (subtreeEnd(after, new_id) - new_id != size)
    return false;
  for (uint32_t i = 1; i < size; ++i) {
    const Statement &a = *before.statement(old_id + i), &b = *after.statement(new_id + i);
    if (!sameOwn(a, b) || a.block != b.block || a.parent - old_id != b.parent - new_id)
      return false;
  }
  return true;
}

StatementPairs::StatementPairs(const FunctionTable &before, const FunctionTable &after)
    : before_(before), after_(after), new_of_(before.statements.size() + 1),
      old_of_(after.statements.size() + 1) {
  pairBlocks(0, 0);
}

void StatementPairs::pair(uint32_t old_id, uint32_t new_id) {
  new_of_[old_id] = new_id;
  old_of_[new_id] = old_id;
  pairBlocks(old_id, new_id);
}

void StatementPairs::pairBlocks(uint32_t old_parent, uint32_t new_parent) {
  std::set<uint32_t> blocks;
  for (const Statement &statement : before_.statements)
    if (statement.parent == old_parent)
      blocks.insert(statement.block);
  for (uint32_t block : blocks)
    pairLists(siblings(before_, old_parent, block), siblings(after_, new_parent, block),
              Likeness::Tree);
}

/// How much two statements have in common: tokens, and statements inside them.
unsigned StatementPairs::commonParts(uint32_t old_id, uint32_t new_id) const {
  auto old_parts = tokensOf(before_.statement(old_id)->text);
  auto new_parts = tokensOf(after_.statement(new_id)->text);
  for (uint32_t id = old_id + 1; id < subtreeEnd(before_, old_id); ++id)
    old_parts.insert(before_.statement(id)->text);
  for (uint32_t id = new_id + 1; id < subtreeEnd(after_, new_id); ++id)
    new_parts.insert(after_.statement(id)->text);
  std::vector<std::string> common;
  std::set_intersection(old_parts.begin(), old_parts.end(), new_parts.begin(), new_parts.end(),
                        std::back_inserter(common));
  size_t largest = std::max<size_t>({old_parts.size(), new_parts.size(), 1});
  return 100 * common.size() / largest;
}

unsigned StatementPairs::weight(uint32_t old_id, uint32_t new_id, Likeness likeness) const {
  const Statement &before = *before_.statement(old_id), &after = *after_.statement(new_id);
  // `break` stands everywhere and is no anchor: what is in front of it tells which one it is.
  if (likeness != Likeness::Kind && before.kind == StatementKind::Jump)
    return 0;
  if (likeness == Likeness::Tree)
    return sameTree(before_, old_id, after_, new_id);
  if (likeness == Likeness::Own)
    return sameOwn(before, after) ? 1 + commonParts(old_id, new_id) : 0;
  if (before.kind == after.kind)
    return 1 + commonParts(old_id, new_id) +
           (!before.labels.empty() && before.labels == after.labels ? kAlike : 0);
  unsigned common = sameLoopFamily(before, after) ? commonParts(old_id, new_id) : 0;
  return common >= kAlike / 2 ? common : 0;
}

/// How sure it is that a statement has moved into or out of a block.
unsigned StatementPairs::likeness(uint32_t old_id, uint32_t new_id) const {
  const Statement &before = *before_.statement(old_id), &after = *after_.statement(new_id);
  if (after.block == kHeaderBlock || after.kind == StatementKind::End || before.kind != after.kind)
    return 0;
  unsigned common = commonParts(old_id, new_id);
  if (sameTree(before_, old_id, after_, new_id))
    return 300;
  if (sameOwn(before, after) && !before.text.empty())
    return 100 + common;
  return common >= kAlike ? common : 0;
}

/// Pairs `ids` with statements inside `wrapper`, a block of the other version.
bool StatementPairs::pairInside(Ids ids, uint32_t wrapper, Side wrapper_side) {
  bool wrapped = wrapper_side == Side::New;
  std::vector<uint32_t> outside, inside;
  for (uint32_t id : ids)
    if ((wrapped ? newOf(id) : oldOf(id)) == 0)
      outside.push_back(id);
  uint32_t end = subtreeEnd(wrapped ? after_ : before_, wrapper);
  for (uint32_t id = wrapper + 1; id < end; ++id)
    inside.push_back(id);
  auto pairs = bestPairs(outside.size(), inside.size(), [&](size_t i, size_t j) {
    return wrapped ? likeness(outside[i], inside[j]) : likeness(inside[j], outside[i]);
  });
  uint32_t next = 0; // pairs of one statement's insides are its own business
  for (auto [i, j] : pairs) {
    if (inside[j] < next)
      continue;
    next = subtreeEnd(wrapped ? after_ : before_, inside[j]);
    wrapped ? pair(outside[i], inside[j]) : pair(inside[j], outside[i]);
  }
  return !pairs.empty();
}

/// What has no equal in its block: was it wrapped or unwrapped, or is it something like it?
void StatementPairs::pairRest(Ids old_ids, Ids new_ids) {
  std::vector<uint32_t> old_rest, new_rest;
  for (uint32_t id : new_ids)
    if (subtreeEnd(after_, id) == id + 1 || !pairInside(old_ids, id, Side::New))
      new_rest.push_back(id);
  for (uint32_t id : old_ids)
    if (newOf(id) == 0 &&
        (subtreeEnd(before_, id) == id + 1 || !pairInside(new_rest, id, Side::Old)))
      old_rest.push_back(id);
  std::erase_if(new_rest, [this](uint32_t id) { return oldOf(id) != 0; });
  pairLists(old_rest, new_rest, Likeness::Kind);
}

void StatementPairs::pairLists(Ids old_ids, Ids new_ids, Likeness likeness) {
  if (old_ids.empty() || new_ids.empty())
    return;
  auto pairs = bestPairs(old_ids.size(), new_ids.size(), [&](size_t i, size_t j) {
    return weight(old_ids[i], new_ids[j], likeness);
  });
  auto pairGap = [&](size_t i, size_t i_end, size_t j, size_t j_end) {
    Ids old_gap = old_ids.subspan(i, i_end - i), new_gap = new_ids.subspan(j, j_end - j);
    if (likeness == Likeness::Tree)
      pairLists(old_gap, new_gap, Likeness::Own);
    else if (likeness == Likeness::Own)
      pairRest(old_gap, new_gap);
  };
  size_t gap_i = 0, gap_j = 0;
  for (auto [i, j] : pairs) {
    pairGap(gap_i, i, gap_j, j);
    pair(old_ids[i], new_ids[j]);
    gap_i = i + 1, gap_j = j + 1;
  }
  pairGap(gap_i, old_ids.size(), gap_j, new_ids.size());
}

} // namespace jithost
