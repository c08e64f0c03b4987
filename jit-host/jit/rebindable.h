// Public names that can be led to another body: `define`, `redirect`, in the manner of ORC's later
// RedirectableSymbolManager.
#pragma once

#include <llvm/Support/Error.h>

#include <map>
#include <mutex>
#include <string>

namespace jithost {

class Rebindable {
public:
  /// `name` is linked, as a name of the body at `address`, and leads there.
  void define(const std::string &name, uint64_t address);

  bool defines(const std::string &name);

  /// False for a body that does not begin as it should, and where code cannot be changed.
  bool canRedirect(const std::string &name);

  /// `place`, an aligned word of a table of virtual functions, holds the address of the first body
  /// `body`. From now on it holds the newest one, which saves its calls the jump.
  void addTableSlot(uint64_t place, uint64_t body);

  /// One store for the name and one for each table: calls in progress are not disturbed.
  llvm::Error redirect(const std::string &name, uint64_t body);

  /// Where a defined `name` leads now.
  uint64_t target(const std::string &name);

private:
  std::mutex mutex_;                              // guards the names, and code while it is written
  std::map<std::string, uint64_t> names_;         // to the first body
  std::map<uint64_t, uint64_t> targets_;          // first body to where it leads
  std::multimap<uint64_t, uint64_t> table_slots_; // first body to place
};

} // namespace jithost
