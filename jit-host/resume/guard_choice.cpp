// Scopes of two versions compared by name; guards tried from the failing statement outwards.
#include "guard_choice.h"

#include "../compile/marker_names.h"
#include "statement_align.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace jithost {
namespace {

/// A name and how many variables of that name are further out.
using Key = std::pair<std::string, unsigned>;
using Scope = std::map<Key, const Variable *>;

std::string stem(std::string name) {
  if (name.starts_with("__")) // __range1: the digit only tells how deep it is nested
    while (!name.empty() && isdigit(static_cast<unsigned char>(name.back())))
      name.pop_back();
  return name;
}

Scope scopeAt(const FunctionTable &code, uint32_t id) {
  Scope scope;
  std::map<std::string, unsigned> seen;
  for (uint32_t index : code.statement(id)->scope) {
    const Variable &variable = code.variables[index];
    std::string name = stem(variable.name);
    unsigned further_out = seen[name]++;
    scope[{name, further_out}] = &variable;
  }
  return scope;
}

std::string declarationPlace(const FunctionTable &code, const Variable &variable) {
  if (const Statement *declaration = code.statement(variable.declared_by))
    return declaration->file + ":" + std::to_string(declaration->begin_line);
  return code.file + ":" + std::to_string(code.begin_line);
}

/// The guards a failure in `failing` passes on its way out, innermost first. The guard of a
/// declaration stays active behind it, until the end of its block.
std::vector<uint32_t> activeGuards(const FunctionTable &code, uint32_t failing) {
  std::vector<uint32_t> guards;
  for (uint32_t id = failing; id != 0; id = code.statement(id)->parent) {
    guards.push_back(id);
    const Statement &here = *code.statement(id);
    std::vector<uint32_t> level = siblings(code, here.parent, here.block);
    for (auto before = level.rbegin(); before != level.rend(); ++before)
      if (*before < id && code.statement(*before)->kind == StatementKind::Declaration)
        guards.push_back(*before);
  }
  return guards;
}

/// Something that must not be left behind in a scope that the new code does not know.
bool mustBeEnded(const Variable &variable) {
  return !variable.trivial_destruction || variable.name == kCatchName;
}

/// A reference whose initialiser calls something may have extended the life of a temporary.
bool mayOwnTemporary(const FunctionTable &code, const Variable &variable) {
  const Statement *declaration = code.statement(variable.declared_by);
  return variable.reference && declaration && declaration->calls;
}

class GuardChooser {
public:
  GuardChooser(const FunctionTable &before, uint32_t failing, const FunctionTable &after,
               uint32_t target)
      : before_(before), after_(after), failing_(failing), wanted_(scopeAt(after, target)) {}

  std::variant<uint32_t, Refusal> choose() {
    if (const Variable *missing = missingAt(failing_))
      return withoutValue(*missing);
    std::optional<uint32_t> tolerable; // leaves a temporary behind at worst
    const Variable *in_the_way = nullptr;
    for (uint32_t guard : activeGuards(before_, failing_)) {
      if (missingAt(guard))
        break;
      auto [ended, owning] = leftBehind(guard);
      if (ended) {
        in_the_way = ended;
        continue;
      }
      if (!tolerable || !owning)
        tolerable = guard;
      if (!owning)
        break;
    }
    if (!tolerable)
      return removed(*in_the_way);
    if (auto refusal = typeChange(*tolerable))
      return *refusal;
    return *tolerable;
  }

private:
  const Variable *missingAt(uint32_t guard) const {
    Scope has = scopeAt(before_, guard);
    for (const auto &[key, variable] : wanted_)
      if (!has.contains(key))
        return variable;
    return nullptr;
  }

  /// Variables at `guard` that the target does not have: one that has to be ended, one that may
  /// have to be.
  std::pair<const Variable *, const Variable *> leftBehind(uint32_t guard) const {
    const Variable *ended = nullptr, *owning = nullptr;
    for (const auto &[key, variable] : scopeAt(before_, guard)) {
      if (wanted_.contains(key))
        continue;
      if (mustBeEnded(*variable))
        ended = variable;
      else if (mayOwnTemporary(before_, *variable))
        owning = variable;
    }
    return {ended, owning};
  }

  Refusal withoutValue(const Variable &variable) const {
    if (variable.name == kCatchName)
      return {RefusalReason::VariableWithoutValue, variable.name,
              "no exception is being handled there", ""};
    return {RefusalReason::VariableWithoutValue, variable.name, "its declaration has not run",
            declarationPlace(after_, variable)};
  }

  Refusal removed(const Variable &variable) const {
    return {RefusalReason::VariableRemoved, variable.name, "", declarationPlace(before_, variable)};
  }

  std::optional<Refusal> typeChange(uint32_t guard) const {
    Scope has = scopeAt(before_, guard);
    for (const auto &[key, now] : wanted_) {
      const Variable &then = *has.at(key);
      if (then.type != now->type || then.reference != now->reference)
        return Refusal{RefusalReason::VariableChangedType, now->name,
                       spelled(then) + " before, " + spelled(*now) + " now",
                       declarationPlace(after_, *now)};
      if (then.layout != 0 && now->layout != 0 && then.layout != now->layout)
        return Refusal{RefusalReason::ClassChangedLayout, className(*now), "",
                       declarationPlace(after_, *now)};
    }
    return std::nullopt;
  }

  static std::string spelled(const Variable &variable) {
    return variable.type.empty() ? variable.spelling : variable.type;
  }

  /// `Net` of `this`, whose type is `Net *` or `const Net *`.
  static std::string className(const Variable &variable) {
    std::string name = spelled(variable);
    while (!name.empty() && (name.back() == '*' || name.back() == '&' || name.back() == ' '))
      name.pop_back();
    return name.starts_with("const ") ? name.substr(6) : name;
  }

  const FunctionTable &before_;
  const FunctionTable &after_;
  uint32_t failing_;
  Scope wanted_;
};

} // namespace

std::variant<uint32_t, Refusal> chooseGuard(const FunctionTable &before, uint32_t failing,
                                            const FunctionTable &after, uint32_t target) {
  return GuardChooser(before, failing, after, target).choose();
}

} // namespace jithost
