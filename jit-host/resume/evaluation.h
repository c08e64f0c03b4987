// Statements executed in a paused frame: what is asked of the compile process, and how it is a
// continuation that returns.
#pragma once

#include "../compile/evaluation_source.h"
#include "patch_emitter.h"

namespace jithost {

/// Statements put into a source (compile/evaluation_source), to be executed in a frame.
struct EvaluationRequest {
  std::string symbol; // of the frame's function
  EvaluationPlace place;
  std::vector<CapturedName> captured; // what the frame's record holds
  bool leaves = false;                // as of EvaluationText
  std::string label;                  // of the function to be made, see instrument/body_names
};

/// \param function of that source. \return nothing when the statements are not in it
std::optional<EmitRequest> emitRequest(const FunctionTable *function,
                                       const EvaluationRequest &request);

} // namespace jithost
