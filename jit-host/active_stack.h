// The program's frames at a failure: which code each runs, and at which statement it stands.
#pragma once

#include "jit/symbolizer.h"
#include "resume/resume_map.h"
#include "runtime/failure.h"
#include "version_store.h"

#include <string>
#include <vector>

namespace jithost {

struct StackFrame {
  std::string symbol, label; // body
  const FunctionTable *code = nullptr;
  uint32_t statement = 0; // 0: not known
  uintptr_t stack_pointer = 0;
  std::string file;
  unsigned line = 0;
};

/// Program frames of `failure`, innermost first. Statements come from the line table; the statement
/// of a frame that is unwound to is corrected by what its guard says.
std::vector<StackFrame> activeStack(const Failure &failure, Symbolizer &symbolizer,
                                    const VersionStore &versions);

/// The innermost statement of `code` that contains a place; 0 when none does.
uint32_t statementAt(const FunctionTable &code, const std::string &file, unsigned line,
                     unsigned column);

} // namespace jithost
