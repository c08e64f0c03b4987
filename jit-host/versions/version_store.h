// The versions of a program: sources, tables and unoptimised code of the newest one, and the tables
// of every body that may still be running.
#pragma once

#include "compile_work.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace jithost {

/// Unoptimised code, with marks, and the table of its functions.
struct Code {
  StatementTable table;
  std::string bitcode;
  bool partial = false; // serves for interim code only
  uint32_t version = 1;
  bool bodies_only = false; // of some functions; else of all that the unit has in that version
};

/// One translation unit of the newest version.
struct Unit {
  CompileJob job;       // without sources
  uint32_t version = 1; // at which it changed last
  StatementTable table;
  std::vector<std::shared_ptr<const Code>> code; // newest first: what is in one hides the older;
                                                 // the last may be there for its library functions
  std::vector<SourceFile> program_files;
  std::vector<std::shared_ptr<const Code>> older; // whole code, for frames that stay in it

  /// `newer` takes the place of `code`.
  void replaceCode(std::vector<std::shared_ptr<const Code>> newer);
  /// The newest code of `symbol`; null: no code of it is used.
  std::shared_ptr<const Code> codeOf(const std::string &symbol) const;
  /// That of the whole unit; null while there is none of this version.
  std::shared_ptr<const Code> wholeCode() const;
  /// That of the whole unit as it was in `version`; null: it is not kept.
  std::shared_ptr<const Code> wholeCodeOf(uint32_t version) const;
  /// With the library functions the unit uses, of whatever version; null: there is none.
  std::shared_ptr<const Code> libraryCode() const;
};

/// False for an inline function that no code of its source calls: it has a table only.
bool hasCode(const FunctionTable &function);

/// The functions and classes of all sources, each once.
StatementTable mergeTables(const std::vector<Unit> &units);

/// The units of a version and what each of them brought.
struct LoadedVersion {
  std::vector<Unit> units;
  std::vector<EmittedObject> emitted;
};

/// One thread at a time changes or reads versions: the one whose turn it is at a pause. `body` and
/// `number` may be asked by any thread at any time.
class VersionStore {
public:
  uint32_t number() const { return number_; }
  const std::vector<Unit> &units() const { return loaded().units_; }

  /// All functions of the newest version, and the sources it was compiled from.
  const StatementTable &table() const { return loaded().table_; }
  const std::vector<SourceFile> &sources() const { return loaded().sources_.at(number_); }
  const std::vector<SourceFile> &sourcesOf(uint32_t version) const {
    return loaded().sources_.at(version);
  }
  /// A file as `version` had it; null when it had none of that path.
  const SourceFile *source(const std::string &path, uint32_t version) const;

  /// Program files that a patch file `name` can mean: by path suffix, or that of an absolute path.
  std::vector<std::string> filesNamed(const std::string &name) const;

  /// Version 1, of which nobody wants to know anything before something fails: `load` is called
  /// then.
  void installFirst(std::function<LoadedVersion()> load);

  /// From here on `units` is the newest version, number `number`, and `emitted` brought these
  /// bodies.
  void install(uint32_t number, std::vector<Unit> units);
  /// \param label of the bodies
  void addBodies(const EmittedObject &emitted, const std::string &label,
                 const std::string &continuation_symbol = "",
                 const std::string &continuation_label = "");

  /// The same for a version that is not installed yet, whose functions `table` describes: nobody
  /// takes them for the newest.
  void addBodiesAhead(const EmittedObject &emitted, const std::string &label,
                      const StatementTable &table);

  /// A continuation of code that is not the newest, which `table` describes.
  void addOldContinuation(const EmittedObject &emitted, const std::string &symbol,
                          const std::string &label, const FunctionTable &table);

  /// True when program functions were inlined into `body`.
  bool containsOthers(const std::string &body) const;

  /// The whole code of unit `index` as it is in the newest version.
  void completeUnit(size_t index, std::shared_ptr<const Code> code);

  /// Bodies and continuations, by symbol and label, that are interim code.
  std::set<std::pair<std::string, std::string>> &interim() { return interim_; }

  /// Table of the code that runs under `label`, also as an inner copy; null when there is none.
  const FunctionTable *body(const std::string &symbol, const std::string &label) const;
  /// False for bodies that nobody enters any more, and for continuations.
  bool isNewest(const std::string &body) const;
  /// Names of all bodies there are.
  std::vector<std::string> bodyNames() const;
  /// Names of all bodies that are code of `changed` functions or contain it, in whatever version.
  std::vector<std::string> bodiesWith(const std::vector<std::string> &changed) const;
  /// What the newest body of each function contains, by public names. Without main: nobody calls it
  /// again.
  std::map<std::string, std::set<std::string>> contained() const;
  /// Public names whose newest bodies contain code of `changed` functions, without those.
  std::vector<std::string> containersOf(const std::vector<std::string> &changed) const;
  /// Table and unit of the newest code of `symbol`.
  const Unit *unitOf(const std::string &symbol) const;

  /// What the capture at statement `id` of a body holds. Empty when its code has no such capture.
  std::vector<CapturedName> captured(const std::string &symbol, const std::string &label,
                                     uint32_t id) const;

private:
  const VersionStore &loaded() const;
  void remember(uint32_t number, std::vector<Unit> units);
  void rememberBodies(const EmittedObject &emitted, const std::string &label,
                      const std::string &continuation_symbol,
                      const std::string &continuation_label);
  void rememberTable(const std::string &symbol, const std::string &label,
                     const StatementTable &table);
  void rememberInlined(const EmittedObject &emitted, const std::string &label,
                       const StatementTable &table);
  void rememberSites(const EmittedObject &emitted);

  mutable std::once_flag first_loaded_;
  std::function<LoadedVersion()> load_first_;
  std::atomic<uint32_t> number_ = 0;
  std::set<std::pair<std::string, std::string>> interim_;
  std::vector<Unit> units_;
  StatementTable table_;
  std::map<uint32_t, std::vector<SourceFile>> sources_; // by version
  mutable std::mutex mutex_; // guards bodies_, whose tables are never changed nor freed
  std::map<std::pair<std::string, std::string>, std::shared_ptr<FunctionTable>> bodies_;
  std::map<std::string, std::string> sites_;             // "symbol|label|id" -> "name=kind;..."
  std::map<std::string, std::set<std::string>> inlined_; // body name -> program functions in it
  std::map<std::string, std::string> newest_;            // public name -> body name
};

/// Names and kinds in the last part of a site's text.
std::vector<CapturedName> parseCaptured(const std::string &text);

} // namespace jithost
