// Which statements a frame has run already.
#pragma once

#include "../compile/statement_table.h"

#include <vector>

namespace jithost {

class HasRun {
public:
  HasRun(const FunctionTable &code, uint32_t failing);

  /// True for what stands before the failing statement, except in branches and cases that were not
  /// taken. A failing `while` may be anywhere in its iterations: its body has run, too.
  bool operator()(uint32_t id) const;
  bool bodyHasRun() const { return code_.statement(failing_)->kind == StatementKind::While; }

private:
  const FunctionTable &code_;
  uint32_t failing_;
  std::vector<uint32_t> path_;
};

} // namespace jithost
