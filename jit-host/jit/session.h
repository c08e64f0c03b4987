// The JIT: objects in, addresses out. Names of the process (LibTorch, libstdc++, libraries) are
// visible to it.
#pragma once

#include "../compile/symbol_names.h"
#include "native_libraries.h"
#include "symbolizer.h"

#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace llvm::orc {
class LLJIT;
}

namespace jithost {

class Rebindable;
class StaticObjects;
class VirtualTables;

/// One object and the public names that are to lead to its bodies.
struct NewObject {
  std::shared_ptr<llvm::MemoryBuffer> object;
  std::vector<std::pair<std::string, std::string>> bodies; // public name, body name
  std::vector<std::string> wanted;                         // other names to look up
};

/// A linked object that nobody calls yet.
struct LinkedObject {
  std::vector<std::pair<std::string, uint64_t>> bodies; // public name, address
  std::vector<uint64_t> wanted;                         // in the order asked for
};

/// Never destroyed: frames, vtables and atexit handlers point into it until the process is gone.
class Session {
public:
  static llvm::Expected<Session *> create();

  /// Before the first link: where names come from that no object and nothing in the process has.
  void useLibraries(NativeLibraries libraries) { libraries_ = std::move(libraries); }

  /// Links objects and resolves everything they name. Changes nothing that runs: on an error the
  /// objects are forgotten. An unresolved name is an error that names it.
  llvm::Expected<std::vector<LinkedObject>> link(std::vector<NewObject> objects);

  llvm::Expected<LinkedObject> linkOne(NewObject object);

  /// Static constructors of native objects that the last link brought: to be run once, first.
  std::vector<uint64_t> takeConstructors();

  /// From here on the public names lead to these bodies, for all threads.
  void rebind(const std::vector<LinkedObject> &objects);

  /// What the public names of `objects` lead to now.
  LinkedObject bound(const std::vector<LinkedObject> &objects) const;

  /// Public names and everything else the linked objects define.
  SymbolNames known() const {
    std::lock_guard lock(mutex_);
    return known_;
  }
  /// What came behind the first `size` bytes of their text.
  std::string knownSince(size_t size) const {
    std::lock_guard lock(mutex_);
    return known_.text().substr(size);
  }
  bool knows(const std::string &name) const {
    std::lock_guard lock(mutex_);
    return known_.contains(name);
  }

  /// The process ends: waits for what is being linked, and nothing is linked any more.
  void close() { mutex_.lock(); }

  llvm::Expected<uint64_t> lookup(const std::string &name);

  /// Where linked code lies, all of it.
  struct CodeRange {
    uint64_t begin = 0, end = 0;
  };
  CodeRange codeRange() const { return code_; }
  Symbolizer &symbolizer() { return symbolizer_; }

private:
  Session();
  ~Session();
  friend struct std::default_delete<Session>;
  llvm::Expected<std::vector<std::string>> unresolved(const std::vector<NewObject> &objects) const;
  llvm::Error resolve(const std::vector<NewObject> &objects);
  llvm::Error provide(const std::vector<std::string> &names);
  llvm::Error define(const std::string &name);
  llvm::Error shareVariables(const llvm::object::ObjectFile &file);

  mutable std::mutex mutex_; // guards known_ and linking: patches and what is made ready for them
  std::unique_ptr<llvm::orc::LLJIT> jit_;
  std::unique_ptr<Rebindable> names_;
  std::unique_ptr<VirtualTables> tables_;
  Symbolizer symbolizer_;
  SymbolNames known_;
  NativeLibraries libraries_;
  std::unique_ptr<StaticObjects> static_objects_;
  CodeRange code_;
  bool libraries_in_jit_ = false; // no shared library could be made of the static ones
};

} // namespace jithost
