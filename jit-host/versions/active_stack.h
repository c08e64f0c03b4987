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
  uint32_t statement = 0;      // 0: not known
  uintptr_t frame_address = 0; // the same for all that are inlined into each other
  std::string file;
  unsigned line = 0;
};

/// A program function whose code runs at an address: the body itself, or inlined into it.
struct ProgramPlace {
  std::string symbol, label;
  const FunctionTable *code = nullptr;
  SourcePlace source;
};

/// Innermost first. \param taken_over the innermost one is gone, a continuation runs in its place
std::vector<ProgramPlace> programPlaces(const CodePlace &place, bool taken_over,
                                        const VersionStore &versions);

/// Program frames of `failure`, innermost first. Statements come from the line table; the statement
/// of a frame that is unwound to is corrected by what its guard says.
std::vector<StackFrame> activeStack(const Failure &failure, Symbolizer &symbolizer,
                                    const VersionStore &versions);

/// The innermost statement of `code` that contains a place; 0 when none does.
uint32_t statementAt(const FunctionTable &code, const SourcePlace &place);

/// The frame of `stack` in which a capture of a body stands. One that the line table did not tell,
/// because the optimiser merged code of several, is put where it belongs.
size_t frameOfCapture(std::vector<StackFrame> &stack, const std::string &symbol,
                      const std::string &label, uintptr_t frame_address,
                      const VersionStore &versions);

} // namespace jithost
