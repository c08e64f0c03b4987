// From a place in a source to a continuation between two statements.
#include "evaluation.h"

#include "../instrument/body_names.h"

namespace jithost {

std::optional<EmitRequest> emitRequest(const FunctionTable *function,
                                       const EvaluationRequest &request) {
  EvaluationRange range = function ? evaluationRange(*function, request.place) : EvaluationRange();
  if (range.begin == 0)
    return std::nullopt;
  EmitRequest wanted;
  wanted.interim = true;
  wanted.partial = true;
  wanted.continuation_label = request.label;
  wanted.continuation = ContinuationRequest{request.symbol,
                                            range.begin,
                                            request.captured,
                                            bodyName(request.symbol, request.label),
                                            request.leaves ? 0 : range.end,
                                            ""};
  return wanted;
}

} // namespace jithost
