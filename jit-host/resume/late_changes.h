// Changes that a run has passed already and does not go back to: said, not made up for.
#pragma once

#include "statement_align.h"

#include <string>
#include <vector>

namespace jithost {

class LateChanges {
public:
  LateChanges(const StatementPairs &pairs, std::vector<std::string> &notes)
      : pairs_(pairs), notes_(notes) {}

  bool in_loop = false; // the next iteration of a loop further out makes the change good

  void removed(uint32_t old_id);
  /// A statement of the new code that the run has passed.
  void changed(uint32_t new_id);
  /// Changes before `old_id` in its block.
  void before(uint32_t old_id);
  /// Changes in what is running: the head of `old_id`, and its blocks before `block`, which is
  /// active.
  void around(uint32_t old_id, uint32_t block);
  /// Changes in blocks of a `try` that ran before `block`, one of its handlers.
  void earlierBlocks(uint32_t old_id, uint32_t block);

private:
  /// Changes among siblings, up to `old_end` and its partner (0: to the end of the block).
  void block(uint32_t old_parent, uint32_t number, uint32_t old_end);
  void inside(uint32_t old_id);

  const StatementPairs &pairs_;
  std::vector<std::string> &notes_;
};

} // namespace jithost
