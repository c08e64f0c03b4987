// Static libraries and objects become one shared library: the linker knows archives, linker scripts
// and thread-local storage, the dynamic linker runs constructors and destructors. -Bsymbolic lets
// it take objects that were compiled for an executable (-fPIE, what compilers do if not told
// otherwise) as long as they reach data of other libraries by address tables.
#include "native_libraries.h"

#include <llvm/ADT/ScopeExit.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/BinaryFormat/Magic.h>
#include <llvm/Object/Archive.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/raw_ostream.h>

#include <dlfcn.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr const char *kSystemFolders[] = {"/usr/local/lib", "/lib/x86_64-linux-gnu",
                                          "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"};

std::string inFolder(StringRef folder, const Twine &file) {
  SmallString<256> path(folder);
  sys::path::append(path, file);
  return sys::fs::is_regular_file(path) ? std::string(path) : "";
}

/// As linkers look: in each folder first the shared library, then the archive. Empty: not found.
std::string findLibrary(StringRef name, const std::vector<std::string> &folders) {
  std::vector<std::string> all = folders;
  all.insert(all.end(), std::begin(kSystemFolders), std::end(kSystemFolders));
  bool exact = name.consume_front(":");
  for (const std::string &folder : all) {
    if (exact) {
      if (std::string path = inFolder(folder, name); !path.empty())
        return path;
      continue;
    }
    for (const char *ending : {".so", ".a"})
      if (std::string path = inFolder(folder, "lib" + name + ending); !path.empty())
        return path;
  }
  return "";
}

/// Runs the linker. \return its complaints, empty when it succeeded.
std::string runLinker(const std::vector<std::string> &arguments) {
  SmallString<128> words;
  if (sys::fs::createTemporaryFile("jit-host-link", "txt", words))
    return "no temporary file can be written";
  auto clean = make_scope_exit([&] { sys::fs::remove(words); });
  std::vector<StringRef> raw(arguments.begin(), arguments.end());
  std::string trouble;
  int code =
      sys::ExecuteAndWait(JIT_HOST_CLANG, raw, std::nullopt,
                          {std::nullopt, StringRef(words), StringRef(words)}, 0, 0, &trouble);
  if (code == 0)
    return "";
  auto text = MemoryBuffer::getFile(words);
  std::string said = text ? (*text)->getBuffer().trim().str() : "";
  return said.empty() ? "the linker cannot be run: " + trouble : said;
}

bool archiveDefines(const std::string &path, ArrayRef<std::string> names) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return false;
  Expected<std::unique_ptr<object::Archive>> archive = object::Archive::create(**buffer);
  if (!archive) {
    consumeError(archive.takeError()); // an object or a linker script
    return false;
  }
  for (const object::Archive::Symbol &symbol : (*archive)->symbols())
    if (is_contained(names, symbol.getName()))
      return true;
  return false;
}

} // namespace

Expected<NativeLibraries> NativeLibraries::open(const std::vector<std::string> &libraries,
                                                std::vector<std::string> folders) {
  NativeLibraries result;
  result.folders_ = std::move(folders);
  for (const std::string &library : libraries) {
    bool named = !StringRef(library).starts_with("/");
    std::string path = named ? findLibrary(library, result.folders_) : library;
    if (path.empty()) // perhaps the dynamic linker knows more places, LD_LIBRARY_PATH for one
      path = "lib" + library + ".so";
    file_magic kind;
    if (identify_magic(path, kind) || kind == file_magic::elf_shared_object) {
      if (Error error = result.load(path))
        return named ? joinErrors(createStringError("-l" + library +
                                                    " is not found; name its "
                                                    "folder with -L"),
                                  std::move(error))
                     : std::move(error);
      continue;
    }
    result.static_files_.push_back(path);
  }
  return result;
}

Error NativeLibraries::load(const std::string &path) {
  if (!dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL))
    return createStringError("cannot load " + path + ": " + dlerror());
  return Error::success();
}

Error NativeLibraries::provide(ArrayRef<std::string> names) {
  bool wanted = made_.empty() && !static_files_.empty();
  for (const std::string &file : static_files_)
    wanted = wanted || archiveDefines(file, names);
  return wanted ? linkAndLoad(names) : Error::success();
}

Error NativeLibraries::linkAndLoad(ArrayRef<std::string> names) {
  SmallString<128> folder;
  if (std::error_code error = sys::fs::createUniqueDirectory("jit-host-link", folder))
    return createStringError("no temporary folder: " + error.message());
  auto clean = make_scope_exit([&] { sys::fs::remove_directories(folder); });
  std::string output = (folder + "/static.so").str();
  std::vector<std::string> arguments{JIT_HOST_CLANG,
                                     "-shared",
                                     "-o",
                                     output,
                                     "-Wl,-Bsymbolic-non-weak",
                                     "-Wl,--no-as-needed",
                                     "--ld-path=" JIT_HOST_LINKER};
  // By its name the dynamic linker knows a library again that a later one depends on.
  arguments.push_back("-Wl,-soname,jit-host-static" + std::to_string(made_.size()) + ".so");
  for (const std::string &name : names)
    arguments.push_back("-Wl,-u," + name);
  for (size_t i = 0; i < made_.size(); ++i) { // what they define is not taken from archives again
    std::string made = (folder + "/static" + Twine(i) + ".so").str();
    std::error_code error;
    raw_fd_ostream(made, error) << made_[i];
    arguments.push_back(made);
  }
  arguments.push_back("-Wl,--start-group");
  for (const std::string &file : static_files_)
    if (made_.empty() || !StringRef(file).ends_with(".o"))
      arguments.push_back(file);
  arguments.push_back("-Wl,--end-group");
  for (const std::string &place : folders_)
    arguments.insert(arguments.end(), {"-L" + place, "-Wl,-rpath," + place});
  std::string complaint = runLinker(arguments);
  if (!complaint.empty())
    return createStringError(complaint);
  auto content = MemoryBuffer::getFile(output);
  if (!content)
    return createStringError("the linker wrote nothing");
  if (Error error = load(output))
    return error;
  made_.push_back((*content)->getBuffer().str());
  return Error::success();
}

} // namespace jithost
