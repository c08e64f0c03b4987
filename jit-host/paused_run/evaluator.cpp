// Compiled in the unit that is held for the next patch, which stays as it is; else the unit is read
// as a whole. Linked, run, and never a version.
#include "evaluator.h"

#include "compile/marker_names.h"
#include "compile/top_level.h"
#include "instrument/body_names.h"
#include "pause/type_spelling.h"
#include "resume/version_diff.h"
#include "runtime/evaluation.h"

#include <algorithm>

namespace jithost {
namespace {

constexpr const char *kValueName = "jit_host_value";

EvaluationText textShowing(const std::string &expression, bool copied) {
  EvaluationText text;
  text.before = std::string(copied ? "auto " : "auto &&") + kValueName + " = (";
  text.statements = expression;
  text.behind =
      std::string("); jit_host_shown((const void *)__builtin_addressof(") + kValueName + "));";
  return text;
}

bool isIdentifier(const std::string &text) {
  std::vector<std::string> names = identifiersIn(text);
  return names.size() == 1 && names[0] == text;
}

std::string firstErrorOf(const std::string &diagnostics) {
  size_t at = diagnostics.find("error: ");
  if (at == std::string::npos)
    return "it does not compile";
  return diagnostics.substr(at + 7, diagnostics.find('\n', at) - at - 7);
}

Evaluated failed(std::string why_not, std::string diagnostics = "") {
  Evaluated result;
  result.why_not = std::move(why_not);
  result.diagnostics = std::move(diagnostics);
  return result;
}

/// Uses what a lambda captures, in that order, where it is never executed: else what is evaluated
/// would capture its variables first, and the closure that exists would be taken for another one.
std::string capturesAgain(const FunctionTable &lambda, const std::vector<LocalName> &names) {
  auto entry = std::find_if(names.begin(), names.end(), [&](const LocalName &name) {
    return lambda.lambda_number != 0 && name.name.empty() && name.owner == lambda.lambda_owner &&
           name.number == lambda.lambda_number && !name.gone;
  });
  if (entry == names.end() || entry->captured.empty())
    return "";
  std::string uses;
  for (const std::string &name : entry->captured)
    uses += name == kThisName ? "(void)this; " : "(void)__builtin_addressof(" + name + "); ";
  return "if (false) { " + uses + "} ";
}

bool says(const Evaluated &evaluated, const char *words) {
  return evaluated.diagnostics.find(words) != std::string::npos;
}

} // namespace

Evaluated Evaluator::show(const FrameRecord &frame, const std::string &expression) {
  if (isIdentifier(expression)) {
    std::vector<HeldVariable> variables = variablesIn(frame);
    auto innermost = std::find_if(variables.rbegin(), variables.rend(), [&](const auto &held) {
      return held.variable->name == expression;
    });
    if (innermost != variables.rend() && innermost->word) {
      const Variable &variable = *innermost->variable;
      Evaluated result;
      result.done = true;
      result.type = shownType(variable.spelling, variable.type);
      result.value = describeVariable(variable, innermost->kind, *innermost->word, describer_);
      return result;
    }
  }
  Evaluated result = run(frame, textShowing(expression, false), "expression");
  if (!result.done && says(result, "bit-field"))
    return run(frame, textShowing(expression, true), "expression");
  if (!result.done && says(result, "cannot form a reference to 'void'")) {
    result = run(frame, {"", "", expression, ";"}, "expression");
    result.type = "void";
  }
  return result;
}

Evaluated Evaluator::execute(const FrameRecord &frame, const std::string &statements,
                             const std::string &name, const EvaluationCode *newer) {
  SplitStatements split = splitStatements(statements);
  const std::string &file = frame.frame.code->file;
  EvaluationText text;
  text.definitions = split.definitions;
  text.statements = split.statements;
  text.behind = ";"; // the last one may lack its own
  Evaluated result = run(frame, text, name, newer);
  if (result.done && !split.definitions.empty())
    definitions_.push_back({file, split.definitions, std::move(split.defined)});
  return result;
}

/// Earlier definitions that `text` may mean, in their order.
std::string Evaluator::definitionsFor(const std::string &file, const std::string &text) const {
  std::string found;
  std::vector<std::string> wanted = identifiersIn(text);
  for (size_t i = definitions_.size(); i-- > 0;) {
    const Definitions &earlier = definitions_[i];
    bool meant = std::any_of(earlier.names.begin(), earlier.names.end(), [&](const auto &name) {
      return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    });
    if (!meant || earlier.file != file)
      continue;
    found = earlier.text + "\n" + found;
    for (std::string &name : identifiersIn(earlier.text)) // they may use still earlier ones
      wanted.push_back(std::move(name));
  }
  return found;
}

llvm::Expected<EvaluationAnswer> Evaluator::compile(const Unit &unit,
                                                    const std::vector<SourceFile> &sources,
                                                    const EvaluationRequest &request, bool newest) {
  if (std::shared_ptr<HeldUnit> held =
          newest ? background_.borrow(unit.job.unit, unit.version) : nullptr) {
    auto answer =
        held->evaluate(sources, unit.table.local_names, request, session_.knownSince(held->known),
                       background_.supportSince(held->support));
    if (answer && (answer->why_not.empty() || !answer->diagnostics.empty()))
      return answer;
    if (!answer)
      llvm::consumeError(answer.takeError()); // it crashed, or was killed
  }
  CompileRequest whole;
  whole.job = unit.job;
  whole.job.sources = sources;
  whole.job.names_before = unit.table.local_names;
  whole.partial = true;
  SymbolNames known = session_.known(), support = background_.support();
  auto answers = work_.compile({whole}, known, support);
  if (!answers)
    return answers.takeError();
  EvaluationAnswer failed;
  failed.diagnostics = answers->front().diagnostics;
  failed.why_not = "it does not compile";
  if (!answers->front().ok)
    return failed;
  return work_.emitEvaluation(answers->front(), request, unit.job.unit, known, support);
}

/// Where a frame's code stands in sources that are at hand.
struct Evaluator::Source {
  const Unit *unit = nullptr;
  const FunctionTable *code = nullptr;
  uint32_t statement = 0;
  std::vector<SourceFile> sources;
  bool newest = false; // it may be held
};

/// In the newest version where the function is the same there: what is called is new then.
Evaluator::Source Evaluator::sourceOf(const StackFrame &frame, const EvaluationCode *newer) const {
  if (newer) {
    Source source{newer->unit, newer->code, newer->statement, versions_.sources(), false};
    for (SourceFile &file : source.sources)
      for (const SourceFile &now : newer->unit->program_files)
        if (now.path == file.path)
          file.text = now.text;
    return source;
  }
  const Unit *unit = versions_.unitOf(frame.symbol);
  const FunctionTable *now = versions_.table().function(frame.symbol);
  if (now && !functionChanged(*frame.code, *now))
    return {unit, now, frame.statement, versions_.sources(), true};
  return {unit, frame.code, frame.statement, versions_.sourcesOf(versionOf(frame.label)), false};
}

Evaluator::Compiled Evaluator::prepare(const FrameRecord &record, const EvaluationText &wanted,
                                       const std::string &name, const EvaluationCode *newer) {
  Compiled result;
  const StackFrame &frame = record.frame;
  Source source = sourceOf(frame, newer);
  std::optional<EvaluationPlace> place = evaluationPlace(*source.code, source.statement);
  auto file = std::find_if(source.sources.begin(), source.sources.end(),
                           [&](const auto &one) { return place && one.path == place->file; });
  if (!source.unit || file == source.sources.end()) {
    result.why_not =
        "nothing can be executed in " + frame.code->name + ": its source is not at hand";
    return result;
  }
  place = evaluationPlace(*source.code, source.statement, file->text);
  EvaluationText text = wanted;
  std::string earlier =
      definitionsFor(source.code->file, wanted.definitions + wanted.statements + wanted.behind);
  text.definitions = earlier + wanted.definitions;
  text.before = capturesAgain(*source.code, source.unit->table.local_names) + wanted.before;
  EvaluationSource changed = withEvaluation(file->text, *place, text);
  if (changed.definitions_line != 0)
    changed.definitions_line += std::count(earlier.begin(), earlier.end(), '\n');
  file->text = changed.text;
  result.place = changed.place;
  uint32_t version = wanted.leaves ? versions_.number() : 0;
  result.label = std::to_string(version) + "c0" + std::to_string(++count_);
  auto answer = compile(*source.unit, source.sources,
                        {frame.symbol, changed.place, record.captured, wanted.leaves, result.label},
                        source.newest);
  if (!answer) {
    result.why_not = llvm::toString(answer.takeError());
    return result;
  }
  result.answer = std::move(*answer);
  if (!result.answer.why_not.empty()) {
    result.diagnostics = asOfEvaluation(result.answer.diagnostics, changed, wanted, name);
    result.why_not = firstErrorOf(result.diagnostics);
  } else if (result.answer.emitted.refusal) {
    result.why_not = sentence(*result.answer.emitted.refusal);
  } else {
    link(frame.symbol, result);
  }
  return result;
}

void Evaluator::link(const std::string &symbol, Compiled &compiled) {
  NewObject object;
  object.object = llvm::MemoryBuffer::getMemBufferCopy(compiled.answer.emitted.object);
  object.wanted = {bodyName(symbol, compiled.label)};
  auto linked = session_.linkOne(std::move(object));
  if (linked)
    compiled.address = linked->wanted.front();
  else
    compiled.why_not = llvm::toString(linked.takeError());
}

Evaluated Evaluator::run(const FrameRecord &record, const EvaluationText &text,
                         const std::string &name, const EvaluationCode *newer) {
  Compiled compiled = prepare(record, text, name, newer);
  if (compiled.address == 0)
    return failed(std::move(compiled.why_not), std::move(compiled.diagnostics));
  Evaluated result;
  result.executed = true;
  auto shown = [&](const void *address) {
    for (const Variable &variable : compiled.answer.table.functions.front().variables)
      if (variable.name == kValueName) {
        Variable referred = variable;
        referred.reference = true;
        result.type = shownType(variable.spelling, variable.type);
        result.value =
            describeVariable(referred, 'w', reinterpret_cast<uint64_t>(address), describer_);
      }
  };
  EvaluationEnd end =
      evaluate(reinterpret_cast<ContinuationCode>(compiled.address), record.words, shown);
  result.done = end.kind == EvaluationEnd::Kind::Done;
  if (!result.done)
    result.why_not = end.kind == EvaluationEnd::Kind::Threw
                         ? "it threw " + end.what + (end.message.empty() ? "" : ": " + end.message)
                         : "it failed, " + end.what;
  return result;
}

ReturningCode Evaluator::returning(const FrameRecord &frame, const std::string &expression) {
  EvaluationText text;
  text.statements = "return " + expression + ";";
  text.leaves = true;
  Compiled compiled = prepare(frame, text, "return", nullptr);
  ReturningCode code;
  code.why_not = std::move(compiled.why_not);
  code.diagnostics = std::move(compiled.diagnostics);
  code.address = compiled.address;
  code.label = compiled.label;
  if (code.address == 0)
    return code;
  code.function = compiled.answer.table.functions.front();
  code.begin = evaluationRange(code.function, compiled.place).begin;
  code.emitted = std::move(compiled.answer.emitted);
  return code;
}

} // namespace jithost
