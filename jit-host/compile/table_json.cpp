// Fields by name, so that a table can be read by a person too.
#include "table_json.h"

#include <nlohmann/json.hpp>

namespace jithost {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Variable, name, type, spelling, bases, layout, size,
                                   trivial_destruction, reference, declared_by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Handler, type, role)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Statement, id, parent, block, kind, begin_line, begin_column,
                                   end_line, end_column, file, text, calls, resume_mark, handlers,
                                   scope)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FunctionTable, symbol, name, file, begin_line, end_line,
                                   signature, code_hash, lambda, resumable, terminates, handlers,
                                   restart_mark, not_resumable_because, variables, statements)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ClassLayout, name, file, line, layout)

void to_json(nlohmann::json &json, const StatementTable &table) {
  json = {{"functions", table.functions}, {"classes", table.classes}};
}

void from_json(const nlohmann::json &json, StatementTable &table) {
  json.at("functions").get_to(table.functions);
  json.at("classes").get_to(table.classes);
}

} // namespace jithost
