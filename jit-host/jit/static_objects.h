// Objects and archives that no shared library can be made of, linked by the JIT itself: they may
// call functions of the program, and reach data of libraries by distance. What they cannot have is
// thread-local storage.
#pragma once

#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace jithost {

class StaticObjects {
public:
  /// \return the objects' part in linking, for the layer that `add` uses
  std::shared_ptr<llvm::orc::ObjectLinkingLayer::Plugin> plugin();

  /// Makes what `file` (.o or .a) defines known to `jit`. Members of archives are linked when they
  /// are looked up.
  llvm::Error add(llvm::orc::LLJIT &jit, const std::string &file);

  /// Links the objects whether or not somebody refers to them.
  llvm::Error linkObjects(llvm::orc::LLJIT &jit);

  bool defines(const std::string &name) const { return names_.count(name) != 0; }

  /// Static constructors of what has been linked since the last call, in the order they run in.
  std::vector<uint64_t> takeConstructors();

private:
  friend class StaticObjectsPlugin;
  struct Constructor {
    unsigned priority;
    uint64_t address;
  };
  std::vector<Constructor> constructors_;
  std::set<std::string> names_;
  bool has_process_handle_ = false;
  std::vector<std::string> of_objects_; // one symbol of each object
};

} // namespace jithost
