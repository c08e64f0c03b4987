// Bookkeeping of versions; nothing here decides anything.
#include "version_store.h"

#include "instrument/body_names.h"

#include <algorithm>
#include <set>

namespace jithost {

StatementTable mergeTables(const std::vector<Unit> &units) {
  StatementTable merged;
  std::set<std::string> seen, classes;
  for (bool with_code : {true, false}) // of an inline function, the table of a source that uses it
    for (const Unit &unit : units)
      for (const FunctionTable &function : unit.table.functions)
        if (hasCode(function) == with_code && seen.insert(function.symbol).second)
          merged.functions.push_back(function);
  for (const Unit &unit : units) {
    merged.local_names.insert(merged.local_names.end(), unit.table.local_names.begin(),
                              unit.table.local_names.end());
    merged.globals.insert(merged.globals.end(), unit.table.globals.begin(),
                          unit.table.globals.end());
    for (const ClassLayout &layout : unit.table.classes)
      if (classes.insert(layout.name).second)
        merged.classes.push_back(layout);
  }
  return merged;
}

constexpr size_t kOlderKept = 4; // the first, in which most long-lived frames stand, and the last

void Unit::replaceCode(std::vector<std::shared_ptr<const Code>> newer) {
  for (std::shared_ptr<const Code> &piece : code)
    if (!piece->partial && std::find(newer.begin(), newer.end(), piece) == newer.end())
      older.push_back(std::move(piece));
  if (older.size() > kOlderKept)
    older.erase(older.begin() + 1, older.end() - (kOlderKept - 1));
  code = std::move(newer);
}

std::shared_ptr<const Code> Unit::wholeCodeOf(uint32_t version) const {
  for (const auto *pieces : {&code, &older})
    for (const std::shared_ptr<const Code> &piece : *pieces)
      if (!piece->partial && piece->version == version)
        return piece;
  return nullptr;
}

std::shared_ptr<const Code> Unit::codeOf(const std::string &symbol) const {
  for (const std::shared_ptr<const Code> &piece : code) {
    if (const FunctionTable *function = piece->table.function(symbol);
        function && hasCode(*function))
      return piece;
    if (!piece->bodies_only)
      break; // what it does not have, the version does not have
  }
  return nullptr;
}

std::shared_ptr<const Code> Unit::wholeCode() const {
  return code.size() == 1 && !code.front()->partial ? code.front() : nullptr;
}

std::shared_ptr<const Code> Unit::libraryCode() const {
  return code.back()->partial ? nullptr : code.back();
}

bool hasCode(const FunctionTable &function) { return function.code_hash != 0; }

std::vector<CapturedName> parseCaptured(const std::string &text) {
  std::vector<CapturedName> names;
  size_t begin = 0;
  for (size_t end; (end = text.find(';', begin)) != std::string::npos; begin = end + 1) {
    size_t equals = text.rfind('=', end);
    names.push_back({text.substr(begin, equals - begin), text[equals + 1]});
  }
  return names;
}

static bool containsAny(const std::set<std::string> &contained,
                        const std::vector<std::string> &changed) {
  return std::any_of(changed.begin(), changed.end(),
                     [&](const std::string &symbol) { return contained.count(symbol) != 0; });
}

const SourceFile *VersionStore::source(const std::string &path, uint32_t version) const {
  loaded();
  auto files = sources_.find(version);
  if (files == sources_.end())
    return nullptr;
  for (const SourceFile &file : files->second)
    if (file.path == path)
      return &file;
  return nullptr;
}

std::vector<std::string> VersionStore::filesNamed(const std::string &name) const {
  std::vector<std::string> found;
  std::string suffix = name.starts_with("/") ? name : "/" + name;
  for (const SourceFile &file : sources())
    if (file.path.size() >= suffix.size() &&
        file.path.compare(file.path.size() - suffix.size(), suffix.size(), suffix) == 0)
      found.push_back(file.path);
  return found;
}

void VersionStore::installFirst(std::function<LoadedVersion()> load) {
  number_ = 1;
  load_first_ = std::move(load);
}

/// Any thread may be the first to ask.
const VersionStore &VersionStore::loaded() const {
  std::call_once(first_loaded_, [this] {
    if (!load_first_)
      return;
    auto *self = const_cast<VersionStore *>(this); // what it holds was decided at the launch
    LoadedVersion first = load_first_();
    self->remember(1, std::move(first.units));
    for (const EmittedObject &emitted : first.emitted)
      self->rememberBodies(emitted, "1", "", "");
    self->load_first_ = nullptr;
  });
  return *this;
}

void VersionStore::install(uint32_t number, std::vector<Unit> units) {
  loaded();
  remember(number, std::move(units));
}

void VersionStore::remember(uint32_t number, std::vector<Unit> units) {
  number_ = number;
  units_ = std::move(units);
  table_ = mergeTables(units_);
  std::vector<SourceFile> files;
  std::set<std::string> seen;
  for (const Unit &unit : units_)
    for (const SourceFile &file : unit.program_files)
      if (seen.insert(file.path).second)
        files.push_back(file);
  sources_[number] = std::move(files);
}

void VersionStore::completeUnit(size_t index, std::shared_ptr<const Code> code) {
  loaded();
  units_[index].table = code->table;
  units_[index].replaceCode({std::move(code)});
  table_ = mergeTables(units_);
}

void VersionStore::addBodies(const EmittedObject &emitted, const std::string &label,
                             const std::string &continuation_symbol,
                             const std::string &continuation_label) {
  loaded();
  rememberBodies(emitted, label, continuation_symbol, continuation_label);
}

void VersionStore::rememberBodies(const EmittedObject &emitted, const std::string &label,
                                  const std::string &continuation_symbol,
                                  const std::string &continuation_label) {
  std::lock_guard lock(mutex_);
  for (const std::string &symbol : emitted.bodies) {
    rememberTable(symbol, label, table_);
    newest_[symbol] = bodyName(symbol, label);
  }
  if (!continuation_symbol.empty())
    rememberTable(continuation_symbol, continuation_label, table_);
  rememberInlined(emitted, label, table_);
  rememberSites(emitted);
}

void VersionStore::addBodiesAhead(const EmittedObject &emitted, const std::string &label,
                                  const StatementTable &table) {
  loaded();
  std::lock_guard lock(mutex_);
  for (const std::string &symbol : emitted.bodies)
    rememberTable(symbol, label, table);
  rememberInlined(emitted, label, table);
  rememberSites(emitted);
}

/// A table that is there already is the same, and others may hold it.
void VersionStore::rememberTable(const std::string &symbol, const std::string &label,
                                 const StatementTable &table) {
  if (bodies_.count({symbol, label}))
    return;
  if (const FunctionTable *function = table.function(symbol))
    bodies_[{symbol, label}] = std::make_shared<FunctionTable>(*function);
}

void VersionStore::rememberInlined(const EmittedObject &emitted, const std::string &label,
                                   const StatementTable &table) {
  for (const auto &[body, contained] : emitted.inlined) {
    inlined_[body].insert(contained.begin(), contained.end());
    for (const std::string &symbol : contained)
      rememberTable(symbol, label, table);
  }
}

void VersionStore::rememberSites(const EmittedObject &emitted) {
  for (const std::string &site : emitted.sites) {
    size_t split = site.rfind('|');
    sites_[site.substr(0, split)] = site.substr(split + 1);
  }
}

void VersionStore::addOldContinuation(const EmittedObject &emitted, const std::string &symbol,
                                      const std::string &label, const FunctionTable &table) {
  std::lock_guard lock(mutex_);
  bodies_[{symbol, label}] = std::make_shared<FunctionTable>(table);
  rememberSites(emitted);
}

bool VersionStore::containsOthers(const std::string &body) const {
  loaded();
  std::lock_guard lock(mutex_);
  auto contained = inlined_.find(body);
  return contained != inlined_.end() && !contained->second.empty();
}

bool VersionStore::isNewest(const std::string &body) const {
  std::string symbol, label;
  std::lock_guard lock(mutex_);
  auto newest = parseBodyName(body, symbol, label) ? newest_.find(symbol) : newest_.end();
  return newest != newest_.end() && newest->second == body;
}

std::vector<std::string> VersionStore::bodyNames() const {
  loaded();
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto &[body, table] : bodies_)
    names.push_back(bodyName(body.first, body.second));
  return names;
}

const FunctionTable *VersionStore::body(const std::string &symbol, const std::string &label) const {
  loaded();
  std::lock_guard lock(mutex_);
  auto entry = bodies_.find({symbol, outerLabel(label)});
  return entry == bodies_.end() ? nullptr : entry->second.get();
}

std::vector<std::string> VersionStore::bodiesWith(const std::vector<std::string> &changed) const {
  loaded();
  std::lock_guard lock(mutex_);
  std::set<std::string> found;
  for (const std::string &symbol : changed)
    for (auto entry = bodies_.lower_bound({symbol, ""});
         entry != bodies_.end() && entry->first.first == symbol; ++entry)
      found.insert(bodyName(symbol, entry->first.second));
  for (const auto &[body, contained] : inlined_)
    if (containsAny(contained, changed))
      found.insert(body);
  return {found.begin(), found.end()};
}

std::map<std::string, std::set<std::string>> VersionStore::contained() const {
  loaded();
  std::lock_guard lock(mutex_);
  std::map<std::string, std::set<std::string>> found;
  for (const auto &[name, body] : newest_)
    if (auto contained = inlined_.find(body); contained != inlined_.end())
      if (name != "main") // nobody calls it again
        found[name] = contained->second;
  return found;
}

std::vector<std::string> VersionStore::containersOf(const std::vector<std::string> &changed) const {
  std::vector<std::string> found;
  for (const auto &[name, contained] : contained())
    if (containsAny(contained, changed) &&
        std::find(changed.begin(), changed.end(), name) == changed.end())
      found.push_back(name);
  return found;
}

const Unit *VersionStore::unitOf(const std::string &symbol) const {
  for (const Unit &unit : units())
    if (unit.table.function(symbol))
      return &unit;
  return nullptr;
}

std::vector<CapturedName> VersionStore::captured(const std::string &symbol,
                                                 const std::string &label, uint32_t id) const {
  loaded();
  auto site = sites_.find(symbol + "|" + label + "|" + std::to_string(id));
  return site == sites_.end() ? std::vector<CapturedName>() : parseCaptured(site->second);
}

} // namespace jithost
