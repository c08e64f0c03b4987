// The statement table of a unit after some of its functions were read again. Plain data.
#pragma once

#include "place_map.h"
#include "statement_table.h"

#include <map>
#include <string>
#include <vector>

namespace jithost {

/// Functions that were read again, and what else they change in their unit's table.
struct TableUpdate {
  StatementTable table;                   // of these functions and what stands inside them
  std::vector<std::string> encodings;     // what the symbols of all inside them contain
  std::vector<std::string> address_taken; // symbols of any functions
  std::map<std::string, PlaceMap> moved;  // where everything else stands now, by file
};

StatementTable updatedTable(const StatementTable &before, const TableUpdate &update);

} // namespace jithost
