// Libraries and objects that the program is linked with: shared ones are loaded, static ones are
// linked to a shared one first.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/Support/Error.h>

#include <string>
#include <vector>

namespace jithost {

class NativeLibraries {
public:
  /// Finds all and loads the shared ones.
  /// \param libraries names, as for -l, and absolute paths of .so, .a and .o, in their order
  /// \param folders where names are looked for before the system's folders
  static llvm::Expected<NativeLibraries> open(const std::vector<std::string> &libraries,
                                              std::vector<std::string> folders);

  /// Objects and archives, whose code does not run before it is provided.
  const std::vector<std::string> &staticFiles() const { return static_files_; }

  /// Loads what static libraries define of `names`, and, the first time, all objects. What has been
  /// loaded before is not loaded again. An error says why that cannot be done by a shared library.
  llvm::Error provide(llvm::ArrayRef<std::string> names);

private:
  llvm::Error load(const std::string &path);
  llvm::Error linkAndLoad(llvm::ArrayRef<std::string> names);

  std::vector<std::string> folders_;
  std::vector<std::string> static_files_; // .o, .a and linker scripts, in their order
  std::vector<std::string> made_;         // contents of the shared libraries linked so far
};

} // namespace jithost
