// Sources and their flags, from the command line and the compile database.
#include "program_sources.h"

#include "compile_database.h"
#include "compile_flags.h"
#include "compiler_arguments.h"

#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <map>
#include <set>

using namespace llvm;

namespace jithost {
namespace {

bool isHeader(StringRef source) {
  return StringSwitch<bool>(sys::path::extension(source))
      .Cases(".h", ".hpp", ".hh", ".hxx", ".cuh", ".inl", ".ipp", true)
      .Default(false);
}

bool isCplusplus(StringRef source) {
  return StringSwitch<bool>(sys::path::extension(source))
      .Cases(".cpp", ".cc", ".cxx", ".C", ".c++", true)
      .Default(false);
}

Error checkSource(const std::string &source) {
  if (isHeader(source))
    return createStringError(source + " is a header: headers are found through the sources that "
                                      "include them; leave it out");
  if (!isCplusplus(source))
    return createStringError(source +
                             " is not a C++ source: expected .cpp, .cc or .cxx, or an object "
                             "(.o) or library (.a, .so); arguments of the program come after --");
  if (!sys::fs::exists(source))
    return createStringError(source + ": there is no such file");
  if (!sys::fs::is_regular_file(source))
    return createStringError(source + " is not a file");
  auto file = sys::fs::openNativeFileForRead(source);
  if (!file)
    return createStringError(source + " cannot be read: " + toString(file.takeError()));
  sys::fs::closeFile(*file);
  return Error::success();
}

/// The entries of a database by file; the first of several for one file.
class Database {
public:
  static Expected<Database> read(const std::string &path, std::vector<std::string> &warnings) {
    Expected<std::vector<DatabaseEntry>> entries = readCompileDatabase(path);
    if (!entries)
      return entries.takeError();
    Database result;
    result.path_ = path;
    for (DatabaseEntry &entry : *entries) {
      if (result.by_file_.count(entry.file)) {
        warnings.push_back(path + " has several entries for " + entry.file +
                           "; the first one is taken");
        continue;
      }
      result.order_.push_back(entry.file);
      result.by_file_[entry.file] = std::move(entry);
    }
    return result;
  }

  const std::vector<std::string> &files() const { return order_; }

  Expected<const DatabaseEntry *> entry(const std::string &file) const {
    auto found = by_file_.find(file);
    if (found == by_file_.end())
      return createStringError(file + " is not in " + path_ + ", which has " +
                               std::to_string(order_.size()) +
                               " sources; run cmake again, or name it in a run without "
                               "--compile-commands, with its flags");
    return &found->second;
  }

  /// All its C++ sources that are there.
  Expected<std::vector<std::string>> program() const {
    std::vector<std::string> sources;
    for (const std::string &file : order_) {
      if (isHeader(file))
        continue;
      if (!isCplusplus(file))
        return createStringError(file + ", in " + path_ +
                                 ", is not a C++ source; name the C++ sources of the program, and "
                                 "the object built from this one");
      if (!sys::fs::exists(file))
        return createStringError(file + ", in " + path_ +
                                 ", does not exist; build the project once if it is generated, or "
                                 "name the sources of the program");
      sources.push_back(file);
    }
    return sources;
  }

private:
  std::string path_;
  std::vector<std::string> order_;
  std::map<std::string, DatabaseEntry> by_file_;
};

void addFlags(ProgramSource &source, const DatabaseEntry &entry, std::set<std::string> &left_out) {
  CompileFlags flags = flagsOfCommand(entry.arguments, entry.folder);
  // Made for another compiler, perhaps.
  source.flags = {"-Wno-unknown-warning-option", "-Wno-unused-command-line-argument",
                  "-Wno-ignored-optimization-argument"};
  source.flags.insert(source.flags.end(), flags.flags.begin(), flags.flags.end());
  source.folder = entry.folder;
  source.optimisation = flags.optimisation.value_or(source.optimisation);
  left_out.insert(flags.left_out.begin(), flags.left_out.end());
}

} // namespace

Error takeSources(const std::vector<std::string> &named, const std::string &database,
                  Options &options, std::vector<std::string> &warnings) {
  std::optional<Database> entries;
  std::vector<std::string> sources = named;
  if (!database.empty()) {
    Expected<Database> read = Database::read(database, warnings);
    if (!read)
      return read.takeError();
    entries = std::move(*read);
    if (named.empty()) {
      Expected<std::vector<std::string>> all = entries->program();
      if (!all)
        return all.takeError();
      sources = std::move(*all);
    }
  }
  if (sources.empty())
    return createStringError("no source is named; usage: %s", kUsage);
  std::set<std::string> left_out;
  for (const std::string &name : sources) {
    if (Error error = checkSource(name))
      return error;
    ProgramSource source;
    source.path = absolutePath(name);
    if (std::any_of(options.sources.begin(), options.sources.end(),
                    [&](const ProgramSource &other) { return other.path == source.path; }))
      return createStringError(name + " is named twice");
    if (entries) {
      Expected<const DatabaseEntry *> entry = entries->entry(source.path);
      if (!entry)
        return entry.takeError();
      addFlags(source, **entry, left_out);
    }
    source.flags.insert(source.flags.end(), options.compile_flags.begin(),
                        options.compile_flags.end());
    source.optimisation = options.optimisation.value_or(source.optimisation);
    options.sources.push_back(std::move(source));
  }
  for (const std::string &flag : left_out)
    warnings.push_back("the flag " + flag +
                       " of the compile database is left out: the code is "
                       "compiled without what it asks for");
  return Error::success();
}

} // namespace jithost
