// The statement table of a unit after some of its functions were read again. Plain data.
#pragma once

#include "place_map.h"
#include "statement_table.h"

#include <map>
#include <string>
#include <vector>

namespace jithost {

/// How the symbols of what stands inside the function `symbol` name it: `Z<encoding>E`.
std::string encodingOf(const std::string &symbol);

/// True for one of the functions themselves, what is local to it, and instances of templates that
/// such a type is an argument of.
bool standsInside(const std::string &symbol, const std::vector<std::string> &encodings);

/// Functions that were read again, and what else they change in their unit's table.
struct TableUpdate {
  StatementTable table; // of these functions and what stands inside them, and of new constants
  std::vector<std::string> encodings;     // of these functions
  std::vector<std::string> address_taken; // symbols of any functions
  std::map<std::string, PlaceMap> moved;  // where everything else stands now, by file
};

StatementTable updatedTable(const StatementTable &before, const TableUpdate &update);

} // namespace jithost
