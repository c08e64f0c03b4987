// Public names that can be led to another body. Most are names of their first bodies and lead
// straight there until they are redirected (jit/entry); others lead by the indirect stubs that LLVM
// 19 has, in the manner of ORC's later RedirectableSymbolManager.
#pragma once

#include <llvm/ExecutionEngine/Orc/Core.h>
#include <llvm/ExecutionEngine/Orc/IndirectionUtils.h>

#include <map>
#include <mutex>

namespace jithost {

class Rebindable {
public:
  static llvm::Expected<std::unique_ptr<Rebindable>> create(llvm::orc::JITDylib &library,
                                                            const llvm::Triple &triple);

  /// Makes `name` resolvable; it leads nowhere until it is redirected. Defining it again does
  /// nothing.
  llvm::Error define(llvm::ArrayRef<std::string> names);

  /// `name` is linked, as a name of the body at `address`.
  llvm::Error adopt(const std::string &name, uint64_t address);

  /// One store: calls in progress are not disturbed.
  llvm::Error redirect(const std::string &name, uint64_t body);

  /// Where a defined `name` leads now; 0: nowhere.
  uint64_t target(const std::string &name);

  bool defines(const std::string &name);

private:
  explicit Rebindable(llvm::orc::JITDylib &library) : library_(library) {}
  llvm::orc::JITDylib &library_;
  std::unique_ptr<llvm::orc::IndirectStubsManager> stubs_;
  struct Entry {
    uint64_t address = 0, target = 0;
  };
  std::mutex mutex_; // guards entries_
  std::map<std::string, Entry> entries_;
};

} // namespace jithost
