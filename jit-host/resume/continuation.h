// New code that goes on in an old frame at a statement.
#pragma once

#include "../instrument/points.h"
#include "refusal.h"

#include <optional>
#include <string>
#include <vector>

namespace llvm {
class Function;
}

namespace jithost {

/// One word of a record: what a captured frame holds, in the order of the capture.
struct CapturedName {
  std::string name;
  char kind = 'a'; // CaptureKind
};

struct ContinuationRequest {
  std::string symbol;                 // function whose code goes on
  uint32_t target = 0;                // statement of that code
  std::vector<CapturedName> captured; // what the record holds
  std::string name;                   // of the continuation
  uint32_t end = 0; // statement that it returns at, with scalars written back to the record; 0: it
                    // runs on. Nothing but what stands between may be reached
  std::string again_flag; // byte to set when it begins the target again; empty: none
};

struct Continuation {
  llvm::Function *function = nullptr; // void (const uint64_t *record, void *jit.host.result)
  Marks marks;                        // of the clone, for the capture pass
  std::optional<Refusal> refusal;     // set: there is no function
};

/// Clones `function` (unoptimised, with marks) as a continuation.
Continuation buildContinuation(llvm::Function &function, const FunctionTable &table,
                               const ContinuationRequest &request);

} // namespace jithost
