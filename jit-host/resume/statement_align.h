// Which statement of an old function is which statement of the new one.
#pragma once

#include "../compile/statement_table.h"

#include <cstdint>
#include <span>
#include <vector>

namespace jithost {

bool isLoop(const Statement &statement);

/// The statements of one block, in source order.
std::vector<uint32_t> siblings(const FunctionTable &code, uint32_t parent, uint32_t block);

/// The statements around `id` and `id` itself, outermost first.
std::vector<uint32_t> pathTo(const FunctionTable &code, uint32_t id);

/// One past the last statement inside `id`: a statement and those inside it have ids in a row.
uint32_t subtreeEnd(const FunctionTable &code, uint32_t id);

/// Same kind and same own tokens. An `else` that came or went does not count: its block does.
bool sameOwn(const Statement &before, const Statement &after);

/// Same, with all statements inside.
bool sameTree(const FunctionTable &before, uint32_t old_id, const FunctionTable &after,
              uint32_t new_id);

/// Pairs the statements of two versions of a function, block by block from outside in. In a block,
/// equal statements are anchors (longest common subsequence); between anchors those with the same
/// kind and tokens are paired, then those that were wrapped into a new block, or unwrapped from one
/// that is gone, and what is left by kind (loops are of one kind) to what is most alike. Partners
/// stand in the same order on both sides.
class StatementPairs {
public:
  StatementPairs(const FunctionTable &before, const FunctionTable &after);

  const FunctionTable &before() const { return before_; }
  const FunctionTable &after() const { return after_; }
  /// The partner, 0 when there is none. 0 (the function's body) is the partner of 0.
  uint32_t newOf(uint32_t old_id) const { return new_of_[old_id]; }
  uint32_t oldOf(uint32_t new_id) const { return old_of_[new_id]; }
  bool sameTreeAsPartner(uint32_t old_id) const {
    return newOf(old_id) != 0 && sameTree(before_, old_id, after_, newOf(old_id));
  }

private:
  using Ids = std::span<const uint32_t>;
  enum class Likeness { Tree, Own, Kind };
  enum class Side { Old, New };

  void pairBlocks(uint32_t old_parent, uint32_t new_parent);
  void pairLists(Ids old_ids, Ids new_ids, Likeness likeness);
  void pairRest(Ids old_ids, Ids new_ids);
  bool pairInside(Ids ids, uint32_t wrapper, Side wrapper_side);
  unsigned likeness(uint32_t old_id, uint32_t new_id) const;
  void pair(uint32_t old_id, uint32_t new_id);
  unsigned weight(uint32_t old_id, uint32_t new_id, Likeness likeness) const;
  unsigned commonParts(uint32_t old_id, uint32_t new_id) const;

  const FunctionTable &before_;
  const FunctionTable &after_;
  std::vector<uint32_t> new_of_, old_of_; // by id
};

} // namespace jithost
