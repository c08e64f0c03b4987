// Splits clang++'s options off by hand: option parsers take -Ifoo and -std=c++20 for groups of
// letters.
#include "compiler_arguments.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

using namespace llvm;

namespace jithost {
namespace {

/// An option with a value, joined (-Ifoo) or in the next argument (-I foo).
struct ValueOption {
  StringRef name;
  bool folder; // made absolute: the program may change the working folder
};

constexpr ValueOption kValueOptions[] = {{"-isystem", true}, {"-include", false}, {"-I", true},
                                         {"-D", false},      {"-U", false},       {"-L", true},
                                         {"-l", false}};

const ValueOption *valueOption(StringRef argument) {
  for (const ValueOption &option : kValueOptions)
    if (argument.starts_with(option.name) && !argument.starts_with("-include-"))
      return &option;
  return nullptr;
}

/// A header named by -include is looked for in the working folder first.
std::string includedFile(const std::string &file) {
  return sys::fs::exists(file) ? absolutePath(file) : file;
}

void takeValue(const ValueOption &option, const std::string &value, Options &options) {
  std::string name = option.name.str(), path = option.folder ? absolutePath(value) : value;
  if (name == "-l")
    options.libraries.push_back(value);
  else if (name == "-L")
    options.library_folders.push_back(path);
  else if (name == "-isystem" || name == "-include")
    options.compile_flags.insert(options.compile_flags.end(),
                                 {name, option.folder ? path : includedFile(value)});
  else
    options.compile_flags.push_back(name + path);
}

Error takeOptimisation(StringRef argument, Options &options) {
  if (argument.size() != 3 || argument[2] < '0' || argument[2] > '3')
    return createStringError(argument.str() +
                             " is not available: choose -O0, -O1, -O2 or -O3; what is "
                             "patched is compiled alike");
  options.optimisation = argument[2] - '0';
  return Error::success();
}

/// \return whether `argument` was one of clang++'s that stand alone.
bool takeFlag(StringRef argument, Options &options) {
  if (argument.starts_with("-g"))
    return true; // line tables are always made, for the places in pauses
  bool passed = argument.starts_with("-std=") || argument.starts_with("-f") ||
                argument.starts_with("-W") || argument == "-w" || argument.starts_with("-m") ||
                argument == "-pthread";
  if (passed)
    options.compile_flags.push_back(argument.str());
  return passed;
}

} // namespace

std::string absolutePath(const std::string &path) {
  SmallString<256> absolute(path), folder;
  sys::fs::make_absolute(absolute);
  sys::path::remove_dots(absolute);
  if (sys::fs::real_path(sys::path::parent_path(absolute), folder))
    return std::string(absolute); // not there; whoever opens it says so
  sys::path::append(folder, sys::path::filename(absolute));
  return std::string(folder);
}

Expected<std::vector<std::string>> takeCompilerArguments(const std::vector<std::string> &arguments,
                                                         Options &options) {
  std::vector<std::string> others;
  for (size_t i = 0; i < arguments.size(); ++i) {
    StringRef argument = arguments[i];
    if (argument.starts_with("--") || !argument.starts_with("-")) {
      others.push_back(argument.str());
    } else if (const ValueOption *option = valueOption(argument)) {
      StringRef value = argument.drop_front(option->name.size());
      if (value.empty() && i + 1 == arguments.size())
        return createStringError(argument.str() + " lacks its value; --help lists the options");
      takeValue(*option, value.empty() ? arguments[++i] : value.str(), options);
    } else if (argument.starts_with("-O")) {
      if (Error error = takeOptimisation(argument, options))
        return std::move(error);
    } else if (argument.starts_with("-Wl,") || argument.starts_with("-Wa,")) {
      return createStringError(argument.str() +
                               " is for a linker or an assembler, and none is run; "
                               "name libraries with -l and -L");
    } else if (!takeFlag(argument, options)) {
      others.push_back(argument.str());
    }
  }
  return others;
}

} // namespace jithost
