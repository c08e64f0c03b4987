// The versions of a program: sources, tables and unoptimised code of the newest one, and the tables
// of every body that may still be running.
#pragma once

#include "compile_work.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace jithost {

/// One translation unit of the newest version.
struct Unit {
  CompileJob job; // without sources
  StatementTable table;
  std::string bitcode;
  std::vector<SourceFile> program_files;
};

/// False for an inline function that no code of its source calls: it has a table only.
bool hasCode(const FunctionTable &function);

/// The functions and classes of all sources, each once.
StatementTable mergeTables(const std::vector<Unit> &units);

/// One thread at a time changes or reads versions: the one whose turn it is at a pause. `body` and
/// `number` may be asked by any thread at any time.
class VersionStore {
public:
  uint32_t number() const { return number_; }
  const std::vector<Unit> &units() const { return units_; }

  /// All functions of the newest version, and the sources it was compiled from.
  const StatementTable &table() const { return table_; }
  const std::vector<SourceFile> &sources() const { return sources_.at(number_); }
  /// A file as `version` had it; null when it had none of that path.
  const SourceFile *source(const std::string &path, uint32_t version) const;

  /// Program files that a patch file `name` can mean: by path suffix.
  std::vector<std::string> filesNamed(const std::string &name) const;

  /// From here on `units` is the newest version, number `number`, and `emitted` brought these
  /// bodies.
  void install(uint32_t number, std::vector<Unit> units);
  void addBodies(const EmittedObject &emitted, const std::string &continuation_symbol = "",
                 const std::string &continuation_label = "");

  /// Table of the code that runs under `label`; null when there is none.
  const FunctionTable *body(const std::string &symbol, const std::string &label) const;
  /// Names of all bodies that are code of `changed` functions or contain it, in whatever version.
  std::vector<std::string> bodiesWith(const std::vector<std::string> &changed) const;
  /// Public names whose newest bodies contain code of `changed` functions, without those.
  std::vector<std::string> containersOf(const std::vector<std::string> &changed) const;
  /// Table and unit of the newest code of `symbol`.
  const Unit *unitOf(const std::string &symbol) const;

  /// What the capture at statement `id` of a body holds. Empty when its code has no such capture.
  std::vector<CapturedName> captured(const std::string &symbol, const std::string &label,
                                     uint32_t id) const;

private:
  std::atomic<uint32_t> number_ = 0;
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
