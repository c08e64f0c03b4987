// Compares what two versions say about data that outlives a statement.
#include "live_data.h"

#include "readable.h"
#include "version_diff.h"

#include <algorithm>
#include <unordered_map>

namespace jithost {
namespace {

/// "double scale is new", "base Model is gone"
std::string difference(const ClassLayout &before, const ClassLayout &now) {
  auto has = [](const ClassLayout &layout, const std::string &fact) {
    return std::count(layout.contents.begin(), layout.contents.end(), fact) > 0;
  };
  std::string facts;
  for (const std::string &fact : now.contents)
    if (!has(before, fact))
      facts += (facts.empty() ? "" : ", ") + fact + " is new";
  for (const std::string &fact : before.contents)
    if (!has(now, fact))
      facts += (facts.empty() ? "" : ", ") + fact + " is gone";
  return facts;
}

std::string placeOf(const std::string &file, uint32_t line) {
  return file + ":" + std::to_string(line);
}

bool knows(const StatementTable &before, const LocalName &name) {
  return std::any_of(
      before.local_names.begin(), before.local_names.end(),
      [&](const LocalName &then) { return then.sameGroup(name) && then.number == name.number; });
}

/// The lambda that stands where `code`, a lambda that is gone, stood.
const LocalName *successor(const FunctionTable &code, const StatementTable &after) {
  for (const LocalName &now : after.local_names)
    if (code.lambda_number != 0 && now.name.empty() && now.owner == code.lambda_owner &&
        now.instead_of == code.lambda_number)
      return &now;
  return nullptr;
}

/// Symbols of internal functions end with what tells units apart.
bool isFunction(const FunctionTable &code, const std::string &symbol) {
  return code.symbol == symbol || code.symbol.starts_with(symbol + ".u");
}

} // namespace

std::optional<Refusal> changedClass(const StatementTable &before, const StatementTable &after) {
  std::unordered_map<std::string, const ClassLayout *> old_classes;
  for (const ClassLayout &old_class : before.classes)
    old_classes.try_emplace(old_class.name, &old_class);
  for (const ClassLayout &now : after.classes) {
    auto then = old_classes.find(now.name);
    if (then == old_classes.end() || then->second->layout == now.layout)
      continue;
    return Refusal{now.module ? RefusalReason::ModuleChangedLayout
                              : RefusalReason::ClassChangedLayout,
                   now.name, difference(*then->second, now), placeOf(now.file, now.line)};
  }
  return std::nullopt;
}

std::optional<Refusal> changedResult(const std::vector<ActiveFrame> &frames, size_t landing,
                                     const StatementTable &before, const StatementTable &after) {
  std::unordered_map<std::string, const FunctionTable *> new_functions;
  for (const FunctionTable &now : after.functions)
    new_functions.try_emplace(now.symbol, &now);
  std::string old_caller; // finishes in code that may call what has changed
  for (size_t k = landing + 1; k < frames.size() && old_caller.empty(); ++k) {
    auto now = new_functions.find(frames[k].code->symbol);
    if (now == new_functions.end() || functionChanged(*frames[k].code, *now->second))
      old_caller = frames[k].code->name;
  }
  for (const FunctionTable &then : before.functions) {
    auto found = new_functions.find(then.symbol);
    if (found == new_functions.end() || found->second->signature == then.signature)
      continue;
    const FunctionTable &now = *found->second;
    if (!then.address_taken && old_caller.empty())
      continue;
    std::string facts = then.signature + " before, " + now.signature + " now; " +
                        (then.address_taken ? "a pointer to it exists"
                                            : "`" + old_caller + "` finishes in the old code");
    return Refusal{RefusalReason::ResultChangedType, now.name, facts,
                   placeOf(now.file, now.begin_line)};
  }
  return std::nullopt;
}

std::optional<Refusal> changedGlobal(const StatementTable &before, const StatementTable &after) {
  std::unordered_map<std::string, const ProgramVariable *> old_globals;
  for (const ProgramVariable &then : before.globals)
    old_globals.try_emplace(then.symbol, &then);
  for (const ProgramVariable &now : after.globals) {
    auto then = old_globals.find(now.symbol);
    if (then != old_globals.end() && then->second->type != now.type)
      return Refusal{RefusalReason::GlobalChangedType, now.name,
                     then->second->type + " before, " + now.type + " now",
                     placeOf(now.file, now.line)};
  }
  return std::nullopt;
}

std::vector<std::string> liveDataNotes(const StatementTable &before, const StatementTable &after) {
  std::vector<std::string> notes;
  for (const LocalName &now : after.local_names) {
    if (now.instead_of == 0 || now.gone || knows(before, now))
      continue;
    std::string place = placeText(now.file, now.line);
    notes.push_back(now.name.empty()
                        ? "the lambda at " + place +
                              " captures or takes something else now; closures made before keep "
                              "the old code"
                        : "the static variable `" + now.name + "` at " + place +
                              " has another type now and starts anew");
  }
  std::unordered_map<std::string, const ProgramVariable *> old_globals;
  for (const ProgramVariable &then : before.globals)
    old_globals.try_emplace(then.symbol, &then);
  for (const ProgramVariable &now : after.globals)
    if (auto then = old_globals.find(now.symbol);
        then != old_globals.end() && !now.constant && then->second->initialiser != now.initialiser)
      notes.push_back("the initialiser of `" + now.name + "` at " + placeText(now.file, now.line) +
                      " changed, but has run already: the variable keeps its value");
  return notes;
}

std::optional<Refusal> closureOnTheWay(const std::vector<ActiveFrame> &frames,
                                       const Landing &landing, const StatementTable &after) {
  const FunctionTable *goes_on = after.function(frames[landing.frame].code->symbol);
  for (size_t k = 0; k < landing.frame; ++k) {
    const FunctionTable &code = *frames[k].code;
    const LocalName *now = after.function(code.symbol) ? nullptr : successor(code, after);
    if (!now)
      continue;
    const Statement *target = goes_on ? goes_on->statement(landing.target) : nullptr;
    bool made_anew = target && isFunction(*goes_on, now->owner) && target->file == now->file &&
                     target->begin_line <= now->line;
    if (!made_anew)
      return Refusal{RefusalReason::LambdaChangedCaptures, code.name, "",
                     placeOf(now->file, now->line)};
  }
  return std::nullopt;
}

} // namespace jithost
