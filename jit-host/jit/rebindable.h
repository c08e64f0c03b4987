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

  /// False for a body that does not begin as it should.
  bool canRedirect(const std::string &name);

  /// One store: calls in progress are not disturbed.
  llvm::Error redirect(const std::string &name, uint64_t body);

  /// Where a defined `name` leads now.
  uint64_t target(const std::string &name);

private:
  struct Entry {
    uint64_t address = 0, target = 0;
  };
  std::mutex mutex_; // guards the names, and code while it is written
  std::map<std::string, Entry> names_;
};

} // namespace jithost
