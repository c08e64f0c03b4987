// Lambdas have no names: their symbols count them. Existing closures know a lambda by its symbol.
#pragma once

#include "../compile/statement_table.h"
#include "refusal.h"

#include <optional>

namespace jithost {

/// Refuses versions in which a symbol would come to mean another lambda, or one of other captures.
std::optional<Refusal> changedLambda(const StatementTable &before, const StatementTable &after);

} // namespace jithost
