// Public names that can be led to another body: `define`, `redirect`, in the manner of ORC's later
// RedirectableSymbolManager, on the indirect stubs that LLVM 19 has.
#pragma once

#include <llvm/ExecutionEngine/Orc/Core.h>
#include <llvm/ExecutionEngine/Orc/IndirectionUtils.h>

namespace jithost {

class Rebindable {
public:
  static llvm::Expected<std::unique_ptr<Rebindable>> create(llvm::orc::JITDylib &library,
                                                            const llvm::Triple &triple);

  /// Makes `name` resolvable; it leads nowhere until it is redirected. Defining it again does
  /// nothing.
  llvm::Error define(llvm::ArrayRef<std::string> names);

  /// One store of a pointer: calls in progress are not disturbed.
  llvm::Error redirect(const std::string &name, uint64_t body);

  /// Where a defined `name` leads now; 0: nowhere.
  uint64_t target(const std::string &name);

  bool defines(const std::string &name);

private:
  explicit Rebindable(llvm::orc::JITDylib &library) : library_(library) {}
  llvm::orc::JITDylib &library_;
  std::unique_ptr<llvm::orc::IndirectStubsManager> stubs_;
};

} // namespace jithost
