// Old entries make way for new ones; all others move with their text.
#include "table_update.h"

#include <algorithm>
#include <set>

namespace jithost {
namespace {

/// Declarations have no column: what stands at the end of their line decides.
void move(const std::map<std::string, PlaceMap> &moved, const std::string &file, uint32_t &line) {
  uint32_t column = UINT32_MAX / 2;
  if (auto places = moved.find(file); places != moved.end())
    places->second.move(line, column);
}

void moveFunction(const std::map<std::string, PlaceMap> &moved, FunctionTable &function) {
  move(moved, function.file, function.begin_line);
  move(moved, function.file, function.end_line);
  for (Statement &statement : function.statements) {
    auto places = moved.find(statement.file);
    if (places == moved.end())
      continue;
    places->second.move(statement.begin_line, statement.begin_column);
    places->second.move(statement.end_line, statement.end_column);
  }
}

} // namespace

std::string encodingOf(const std::string &symbol) {
  return symbol.rfind("_Z", 0) == 0 ? symbol.substr(2) : std::to_string(symbol.size()) + symbol;
}

bool standsInside(const std::string &symbol, const std::vector<std::string> &encodings) {
  std::string own = encodingOf(symbol);
  return std::any_of(encodings.begin(), encodings.end(), [&](const std::string &encoding) {
    return own == encoding || symbol.find("Z" + encoding + "E") != std::string::npos;
  });
}

StatementTable updatedTable(const StatementTable &before, const TableUpdate &update) {
  StatementTable after;
  std::set<std::string> taken(update.address_taken.begin(), update.address_taken.end());
  std::map<std::string, const FunctionTable *> by_symbol;
  for (const FunctionTable &function : update.table.functions)
    by_symbol[function.symbol] = &function;
  for (const FunctionTable &function : before.functions) {
    if (auto newer = by_symbol.find(function.symbol); newer != by_symbol.end()) {
      after.functions.push_back(*newer->second);                      // source order stays
      after.functions.back().address_taken |= function.address_taken; // by code not read again
      by_symbol.erase(newer);
      continue;
    }
    if (standsInside(function.symbol, update.encodings))
      continue; // a lambda that is gone
    after.functions.push_back(function);
    moveFunction(update.moved, after.functions.back());
    after.functions.back().address_taken |= taken.count(function.symbol) != 0;
  }
  for (const FunctionTable &function : update.table.functions)
    if (by_symbol.count(function.symbol))
      after.functions.push_back(function);
  for (const ClassLayout &layout : before.classes) {
    after.classes.push_back(layout);
    move(update.moved, layout.file, after.classes.back().line);
  }
  for (const ClassLayout &layout : update.table.classes) {
    auto old = std::find_if(after.classes.begin(), after.classes.end(),
                            [&](const ClassLayout &other) { return other.name == layout.name; });
    if (old == after.classes.end())
      after.classes.push_back(layout);
    else
      *old = layout;
  }
  for (const LocalName &name : before.local_names)
    if (!standsInside(name.owner, update.encodings)) {
      after.local_names.push_back(name);
      move(update.moved, name.file, after.local_names.back().line);
    }
  after.local_names.insert(after.local_names.end(), update.table.local_names.begin(),
                           update.table.local_names.end());
  for (const ProgramVariable &variable : before.globals) {
    after.globals.push_back(variable);
    move(update.moved, variable.file, after.globals.back().line);
  }
  after.globals.insert(after.globals.end(), update.table.globals.begin(),
                       update.table.globals.end());
  return after;
}

} // namespace jithost
