// Commands are read with clang's own option table: it knows which words are values of the ones
// before them. Databases are often made for g++, so a flag clang does not know is no error.
#include "compile_flags.h"

#include "compiler_arguments.h"

#include <clang/Driver/Options.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Option/Arg.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>

using namespace llvm;
using namespace llvm::opt;
namespace options = clang::driver::options;

namespace jithost {
namespace {

/// Where output goes, how it is linked, how it is reported: by the start of the flag.
constexpr StringRef kMeaningless[] = {"-o",
                                      "-c",
                                      "-S",
                                      "-E",
                                      "-M",
                                      "-g",
                                      "-x",
                                      "-pipe",
                                      "-save-temps",
                                      "--save-temps",
                                      "-l",
                                      "-L",
                                      "-Wl,",
                                      "-Wa,",
                                      "-Wp,-M",
                                      "-Xlinker",
                                      "-Xassembler",
                                      "-fuse-ld=",
                                      "-rdynamic",
                                      "-shared",
                                      "-static",
                                      "-pie",
                                      "-no-pie",
                                      "-nopie",
                                      "-s",
                                      "-Werror",
                                      "-fdiagnostics",
                                      "-fcolor-",
                                      "-fno-color-",
                                      "-ftime-trace",
                                      "-ftime-report",
                                      "-fsyntax-only",
                                      "-fmax-errors=",
                                      "-fdebug-",
                                      "-v",
                                      "-fmessage-length=",
                                      "-Winvalid-pch",
                                      "-nostdlib",
                                      "-nodefaultlibs",
                                      "-nostartfiles"};

/// Instrumentation whose runtime this host does not bring, or passes that it does not run.
constexpr StringRef kLeftOut[] = {"-fsanitize", "-fopenmp",        "-fprofile",
                                  "-fcoverage", "-ftest-coverage", "--coverage",
                                  "-coverage",  "-fmodule",        "-pg",
                                  "-fxray",     "-fcs-profile",    "-finstrument-functions"};

bool startsWithOneOf(StringRef flag, ArrayRef<StringRef> starts) {
  return any_of(starts, [&](StringRef start) { return flag.starts_with(start); });
}

/// \param name the flag without its value
bool isMeaningless(StringRef name, StringRef flag) {
  static const StringRef exact[] = {"-o", "-c", "-S", "-E", "-s", "-v", "-x", "-pie"};
  for (StringRef start : kMeaningless)
    if (is_contained(exact, start) ? name == start : flag.starts_with(start))
      return true;
  return false;
}

/// -Ofast and the like are mapped to the nearest level there is.
int levelOf(StringRef flag) {
  char level = flag.size() > 2 ? flag[2] : '1';
  if (level == 'g')
    return 1;
  if (level == 's' || level == 'z')
    return 2;
  return level >= '0' && level <= '3' ? level - '0' : 3;
}

/// Options whose value is a path that `folder` matters to.
bool namesPath(const Option &option) {
  for (unsigned id :
       {options::OPT_I, options::OPT_isystem, options::OPT_iquote, options::OPT_idirafter,
        options::OPT_isystem_after, options::OPT_isysroot, options::OPT__sysroot_EQ})
    if (option.matches(id))
      return true;
  return false;
}

bool isIgnoredByClang(const Option &option) {
  for (unsigned group : {options::OPT_clang_ignored_f_Group, options::OPT_clang_ignored_m_Group,
                         options::OPT_clang_ignored_gcc_optimization_f_Group,
                         options::OPT_clang_ignored_legacy_options_Group})
    if (option.matches(group))
      return true;
  return false;
}

void take(const Arg &argument, const InputArgList &list, const std::string &folder,
          CompileFlags &result) {
  const Option &option = argument.getOption();
  std::string text = argument.getAsString(list);
  if (option.matches(options::OPT_INPUT) || isMeaningless(argument.getSpelling(), text) ||
      isIgnoredByClang(option))
    return;
  if (option.matches(options::OPT_O_Group)) {
    result.optimisation = levelOf(text);
    if (text == "-Ofast")
      result.flags.push_back("-ffast-math");
    return;
  }
  if (isHostsOwn(text))
    return;
  if (option.matches(options::OPT_UNKNOWN) || startsWithOneOf(text, kLeftOut)) {
    result.left_out.push_back(text);
    return;
  }
  if (namesPath(option)) {
    std::string name = argument.getSpelling().str(),
                path = absolutePath(argument.getValue(), folder);
    if (option.getRenderStyle() == Option::RenderSeparateStyle)
      result.flags.insert(result.flags.end(), {name, path});
    else
      result.flags.push_back(name + path);
    return;
  }
  ArgStringList words;
  argument.render(list, words);
  result.flags.insert(result.flags.end(), words.begin(), words.end());
}

} // namespace

bool isHostsOwn(StringRef flag) {
  static const StringRef own[] = {"-fPIC",
                                  "-fpic",
                                  "-fPIE",
                                  "-fpie",
                                  "-fno-PIC",
                                  "-fno-pic",
                                  "-fno-PIE",
                                  "-fno-pie",
                                  "-femulated-tls",
                                  "-fno-emulated-tls",
                                  "-fdiscard-value-names",
                                  "-fno-asynchronous-unwind-tables",
                                  "-fno-unwind-tables",
                                  "-fno-lto",
                                  "-fsplit-lto-unit",
                                  "-fwhole-program-vtables",
                                  "-fsplit-stack"};
  static const StringRef own_starts[] = {"-mcmodel=", "-flto",
                                         "-ftls-model=", "-ffunction-sections", "-fdata-sections"};
  return is_contained(own, flag) || startsWithOneOf(flag, own_starts);
}

CompileFlags flagsOfCommand(ArrayRef<std::string> arguments, const std::string &folder) {
  std::vector<const char *> words;
  for (const std::string &argument : arguments)
    words.push_back(argument.c_str());
  unsigned missing_index = 0, missing_count = 0;
  InputArgList list = clang::driver::getDriverOptTable().ParseArgs(
      words, missing_index, missing_count, Visibility(options::ClangOption));
  CompileFlags result;
  for (const Arg *argument : list)
    take(*argument, list, folder, result);
  return result;
}

} // namespace jithost
