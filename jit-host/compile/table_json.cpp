// Fields by name, so that a table can be read by a person too.
#include "table_json.h"

#include <nlohmann/json.hpp>

namespace jithost {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Variable, name, type, spelling, bases, layout, size,
                                   trivial_destruction, reference, declared_by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Handler, type, role)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Statement, id, parent, block, kind, begin_line, begin_column,
                                   end_line, end_column, file, text, labels, calls, resume_mark,
                                   handlers, scope)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FunctionTable, symbol, name, file, begin_line, end_line,
                                   signature, address_taken, code_hash, lambda_owner, lambda_number,
                                   resumable, terminates, handlers, restart_mark,
                                   not_resumable_because, variables, statements)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ProgramVariable, symbol, name, type, bases, reference, file,
                                   line, initialiser, constant)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ClassLayout, name, file, line, layout, module, contents)

void to_json(nlohmann::json &json, const LocalName &name) {
  json = {{"owner", name.owner}, {"name", name.name},         {"number", name.number},
          {"shape", name.shape}, {"captured", name.captured}, {"text", name.text},
          {"file", name.file},   {"line", name.line},         {"instead_of", name.instead_of},
          {"gone", name.gone}};
}

void from_json(const nlohmann::json &json, LocalName &name) {
  json.at("owner").get_to(name.owner);
  json.at("name").get_to(name.name);
  json.at("number").get_to(name.number);
  json.at("shape").get_to(name.shape);
  json.at("captured").get_to(name.captured);
  json.at("text").get_to(name.text);
  json.at("file").get_to(name.file);
  json.at("line").get_to(name.line);
  json.at("instead_of").get_to(name.instead_of);
  json.at("gone").get_to(name.gone);
}

void to_json(nlohmann::json &json, const StatementTable &table) {
  json = {{"functions", table.functions},
          {"classes", table.classes},
          {"local_names", table.local_names},
          {"globals", table.globals}};
}

void from_json(const nlohmann::json &json, StatementTable &table) {
  json.at("functions").get_to(table.functions);
  json.at("classes").get_to(table.classes);
  json.at("local_names").get_to(table.local_names);
  json.at("globals").get_to(table.globals);
}

} // namespace jithost
