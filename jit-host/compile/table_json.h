// Statement tables as JSON, for the way between host and compile process.
#pragma once

#include "statement_table.h"

#include <nlohmann/json_fwd.hpp>

namespace jithost {

void to_json(nlohmann::json &json, const LocalName &name);
void from_json(const nlohmann::json &json, LocalName &name);
void to_json(nlohmann::json &json, const StatementTable &table);
void from_json(const nlohmann::json &json, StatementTable &table);

} // namespace jithost
