// Which frame, which source; the evaluator does the rest.
#include "action.h"

#include <llvm/ADT/StringRef.h>

#include <algorithm>

using llvm::StringRef;

namespace jithost {
namespace {

struct ActionText {
  std::string function;   // whose frame it is for; empty: the paused one
  std::string statements; // without the comment that says so, but with its line
};

ActionText readAction(const std::string &text) {
  ActionText action{"", text};
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size());
    StringRef line = StringRef(text).slice(begin, end).trim();
    if (line.consume_front("//") && (line = line.ltrim()).consume_front("jit-host: frame ")) {
      action.function = line.trim().str();
      action.statements.replace(begin, end - begin, end - begin, ' ');
      break;
    }
    begin = end + 1;
  }
  return action;
}

bool isNamed(const FunctionTable &code, const std::string &name) {
  return code.name == name || StringRef(code.name).ends_with("::" + name);
}

/// The innermost frame of that function. \return frames.count() when there is none
size_t frameOf(const PausedFrames &frames, const std::string &function, std::string &active) {
  for (size_t i = frames.paused(); i < frames.count(); ++i) {
    if (function.empty() || isNamed(*frames.frame(i).code, function))
      return i;
    active += (active.empty() ? "" : ", ") + frames.frame(i).code->name;
  }
  return frames.count();
}

/// The newer code of the same frame, at the statement where it is to go on.
EvaluationCode codeIn(const PreparedPatch &patch, const StackFrame &frame, bool lands_here) {
  EvaluationCode code;
  for (const Unit &unit : patch.units)
    if (const FunctionTable *table = unit.table.function(frame.symbol)) {
      code.unit = &unit;
      code.code = table;
      code.statement = !functionChanged(*frame.code, *table) ? frame.statement
                       : lands_here                          ? patch.landing.target
                                                             : 0;
      break;
    }
  return code;
}

} // namespace

std::string runAction(Evaluator &evaluator, PausedFrames &frames, const PatchFile &action,
                      const PreparedPatch *patch, size_t first) {
  ActionText text = readAction(action.text);
  std::string active;
  size_t index = frameOf(frames, text.function, active);
  if (index == frames.count())
    return "the action " + action.name + " is for a frame of " + text.function +
           ", but none is active; these are: " + active;
  FrameRecord *record = frames.record(index);
  if (!record)
    return "the action " + action.name + " cannot reach the variables of " +
           frames.frame(index).code->name + "; name another frame";
  EvaluationCode newer;
  if (patch)
    newer = codeIn(*patch, record->frame, index == first + patch->landing.frame);
  Evaluated result = evaluator.execute(*record, text.statements, action.name,
                                       newer.statement != 0 ? &newer : nullptr);
  if (result.done)
    return "";
  std::string why_not = "the action " + action.name + " failed: " + result.why_not;
  if (result.executed)
    why_not += "; what it had done before that remains, nothing else has changed";
  return result.diagnostics.empty() ? why_not : result.diagnostics + "\n" + why_not;
}

} // namespace jithost
