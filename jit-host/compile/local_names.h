// Lambdas and static local variables of a version: their symbols count them, so a version has to be
// told which of them were which before. Plain data and the comparison; name_pinner does the rest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace jithost {

/// A lambda, or a static local variable, and the number it has in its symbol. Symbols count those
/// of one owner and name.
struct LocalName {
  std::string owner;   // the function's symbol, the variable or member; empty: namespace scope
  std::string name;    // of a variable; empty: a lambda
  uint32_t number = 0; // from 1
  std::string shape;   // what existing objects depend on: signature and captures, or the type
  std::string text;    // tokens
  std::vector<std::string> captured; // names, in the order of the closure's members; "this"
  std::string file;                  // absolute path
  uint32_t line = 0;                 // in its file
  uint32_t instead_of = 0; // number of the one before whose place it takes in another shape
  bool gone = false;       // only an earlier version had it; its number stays taken
  bool sameGroup(const LocalName &other) const {
    return owner == other.owner && name == other.name;
  }
};

/// Gives every element of `after`, one group in source order, its number: that of its partner in
/// `before` (same group), or one that was never used. Partners have the same shape; equal text
/// counts most, then what is most alike in the same order.
void takeOverNumbers(const std::vector<LocalName> &before, std::vector<LocalName> &after);

} // namespace jithost
