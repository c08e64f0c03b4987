// A lambda whose number changed shows as a symbol whose code became exactly that of another lambda.
#include "lambda_identity.h"

namespace jithost {
namespace {

bool sameCode(const FunctionTable &a, const FunctionTable &b) {
  if (a.signature != b.signature || a.statements.size() != b.statements.size())
    return false;
  for (size_t i = 0; i < a.statements.size(); ++i)
    if (a.statements[i].kind != b.statements[i].kind ||
        a.statements[i].text != b.statements[i].text)
      return false;
  return true;
}

Refusal refuse(RefusalReason reason, const FunctionTable &lambda) {
  return {reason, lambda.name, "", lambda.file + ":" + std::to_string(lambda.begin_line)};
}

} // namespace

std::optional<Refusal> changedLambda(const StatementTable &before, const StatementTable &after) {
  std::optional<Refusal> captures;
  for (const FunctionTable &now : after.functions) {
    const FunctionTable *then = now.lambda ? before.function(now.symbol) : nullptr;
    if (!then || sameCode(*then, now))
      continue;
    for (const FunctionTable &other : before.functions)
      if (other.lambda && other.symbol != now.symbol && sameCode(other, now))
        return refuse(RefusalReason::LambdaRenumbered, now); // explains other captures too
    if (then->signature != now.signature && !captures)
      captures = refuse(RefusalReason::LambdaChangedCaptures, now);
  }
  return captures;
}

} // namespace jithost
