// Splits clang++'s options off by hand: option parsers take -Ifoo and -std=c++20 for groups of
// letters.
#include "compiler_arguments.h"

#include "compile_flags.h"

#include <llvm/ADT/STLExtras.h>
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

constexpr ValueOption kValueOptions[] = {
    {"-isystem", true},  {"-iquote", true}, {"-idirafter", true}, {"-include", false},
    {"-imacros", false}, {"-I", true},      {"-D", false},        {"-U", false},
    {"-L", true},        {"-l", false}};

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
  else if (name.size() > 2) // -isystem and the like
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

/// Linker options that say where libraries lie, or that change nothing about what runs here.
Error takeLinkerOption(StringRef argument, Options &options) {
  SmallVector<StringRef, 4> words;
  argument.drop_front(strlen("-Wl,")).split(words, ',');
  for (size_t i = 0; i < words.size(); ++i) {
    StringRef word = words[i];
    if (word == "-rpath" || word == "-R" || word == "-rpath-link") {
      if (++i < words.size())
        options.library_folders.push_back(absolutePath(words[i].str()));
    } else if (word.consume_front("-rpath=") || word.consume_front("-rpath-link=")) {
      options.library_folders.push_back(absolutePath(word.str()));
    } else if (word == "-z") {
      ++i; // relro, now, defs: about the file that is not written
    } else if (!is_contained({"--as-needed", "--no-as-needed", "--start-group", "--end-group",
                              "--gc-sections", "--export-dynamic", "-E", "--build-id", "-O1", "-O2",
                              "--enable-new-dtags", "--disable-new-dtags", "--no-undefined",
                              "-Bsymbolic", "-Bsymbolic-functions", "--allow-shlib-undefined"},
                             word)) {
      return createStringError("-Wl," + word.str() +
                               " is for a linker, and no file is linked here; name libraries with "
                               "-l and -L, or by their path");
    }
  }
  return Error::success();
}

/// A library or object named by its path.
bool isLibraryFile(StringRef argument) {
  StringRef name = sys::path::filename(argument);
  return name.ends_with(".so") || name.contains(".so.") || name.ends_with(".a") ||
         name.ends_with(".o");
}

Error takeLibraryFile(StringRef argument, Options &options) {
  if (!sys::fs::is_regular_file(argument))
    return createStringError(argument + ": there is no such file");
  options.libraries.push_back(absolutePath(argument.str()));
  return Error::success();
}

/// \return whether `argument` was one of clang++'s that stand alone.
bool takeFlag(StringRef argument, Options &options) {
  if (argument.starts_with("-g"))
    return true; // line tables are always made, for the places in pauses
  bool passed = argument.starts_with("-std=") || argument.starts_with("-f") ||
                argument.starts_with("-m") || argument.starts_with("-W") || argument == "-w" ||
                argument == "-pedantic" || argument == "-pthread";
  if (passed && !isHostsOwn(argument))
    options.compile_flags.push_back(argument.str());
  return passed;
}

} // namespace

std::string absolutePath(const std::string &path, const std::string &base) {
  SmallString<256> absolute(path), folder;
  if (!base.empty())
    sys::fs::make_absolute(base, absolute);
  sys::fs::make_absolute(absolute);
  sys::path::remove_dots(absolute);
  StringRef name = sys::path::filename(absolute);
  if (name == "..") // a folder
    return sys::fs::real_path(absolute, folder) ? std::string(absolute) : std::string(folder);
  if (sys::fs::real_path(sys::path::parent_path(absolute), folder))
    return std::string(absolute); // not there; whoever opens it says so
  sys::path::append(folder, name);
  return std::string(folder);
}

Expected<std::vector<std::string>> takeCompilerArguments(const std::vector<std::string> &arguments,
                                                         Options &options) {
  std::vector<std::string> others;
  for (size_t i = 0; i < arguments.size(); ++i) {
    StringRef argument = arguments[i];
    if (!argument.starts_with("-") && isLibraryFile(argument)) {
      if (Error error = takeLibraryFile(argument, options))
        return std::move(error);
    } else if (argument.starts_with("--") || !argument.starts_with("-")) {
      others.push_back(argument.str());
    } else if (const ValueOption *option = valueOption(argument)) {
      StringRef value = argument.drop_front(option->name.size());
      if (value.empty() && i + 1 == arguments.size())
        return createStringError(argument.str() + " lacks its value; --help lists the options");
      takeValue(*option, value.empty() ? arguments[++i] : value.str(), options);
    } else if (argument.starts_with("-O")) {
      if (Error error = takeOptimisation(argument, options))
        return std::move(error);
    } else if (argument.starts_with("-Wl,")) {
      if (Error error = takeLinkerOption(argument, options))
        return std::move(error);
    } else if (argument.starts_with("-Wa,")) {
      return createStringError(argument.str() + " is for an assembler, and none is run");
    } else if (argument == "-rdynamic") {
      continue; // everything is visible to everything here
    } else if (!takeFlag(argument, options)) {
      others.push_back(argument.str());
    }
  }
  return others;
}

} // namespace jithost
