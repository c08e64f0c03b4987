// Text of a source with statements put into it.
#include "evaluation_source.h"

#include "top_level.h"

#include <algorithm>
#include <regex>

namespace jithost {
namespace {

const Statement *firstOfBlock(const FunctionTable &code, uint32_t parent, uint32_t block) {
  for (const Statement &statement : code.statements)
    if (statement.parent == parent && statement.block == block)
      return &statement;
  return nullptr;
}

size_t offsetOf(const std::string &text, uint32_t line, uint32_t column) {
  size_t offset = 0;
  for (uint32_t at = 1; at < line; ++at) {
    size_t end = text.find('\n', offset);
    if (end == std::string::npos)
      return text.size();
    offset = end + 1;
  }
  return std::min(offset + column - 1, text.size());
}

uint32_t lineAt(const std::string &text, size_t offset) {
  return 1 + std::count(text.begin(), text.begin() + offset, '\n');
}

uint32_t linesOf(const std::string &text) { return 1 + std::count(text.begin(), text.end(), '\n'); }

/// A statement of a loop's header cannot have others in front of it: those stand at the begin of
/// the loop's body, where its variables are alive too, or in front of the whole.
const Statement *anchor(const FunctionTable &code, const Statement &statement) {
  const Statement *parent = code.statement(statement.parent);
  bool in_header = parent && statement.block == kHeaderBlock;
  bool loop_variable = parent && parent->kind == StatementKind::RangeFor && statement.block == 0 &&
                       firstOfBlock(code, parent->id, 0) == &statement;
  if (loop_variable)
    return anchor(code, *parent);
  if (!in_header)
    return &statement;
  bool every_time =
      statement.kind == StatementKind::Condition || statement.kind == StatementKind::Increment;
  if (every_time && parent->kind == StatementKind::For)
    if (const Statement *first = firstOfBlock(code, parent->id, 0))
      return first;
  return anchor(code, *parent);
}

/// One more declarator of a declaration: the marker lets it begin right behind the one before.
bool beginsAtComma(const std::string &source, const Statement &statement) {
  size_t at = source.find_first_not_of(
      " \t\n", offsetOf(source, statement.begin_line, statement.begin_column));
  return at != std::string::npos && source[at] == ',';
}

const Statement *firstDeclarator(const FunctionTable &code, const Statement *found,
                                 const std::string &source) {
  while (found->kind == StatementKind::Declaration && beginsAtComma(source, *found)) {
    const Statement *before = nullptr;
    for (const Statement &statement : code.statements)
      if (statement.id < found->id && statement.parent == found->parent &&
          statement.block == found->block)
        before = &statement;
    if (!before)
      return found;
    found = before;
  }
  return found;
}

} // namespace

std::optional<EvaluationPlace> evaluationPlace(const FunctionTable &code, uint32_t statement,
                                               const std::string &source) {
  const Statement *wanted = code.statement(statement);
  if (!wanted || wanted->begin_line == 0)
    return std::nullopt;
  const Statement &found = *firstDeclarator(code, anchor(code, *wanted), source);
  bool keeps_scope = found.kind == StatementKind::Declaration || found.kind == StatementKind::End;
  return EvaluationPlace{found.file, found.begin_line, found.begin_column, keeps_scope};
}

EvaluationSource withEvaluation(const std::string &source, const EvaluationPlace &place,
                                const EvaluationText &evaluation) {
  EvaluationSource result;
  result.place = place;
  result.text = source;
  size_t at = offsetOf(source, place.line, place.column);
  const std::string outside = place.before_declaration ? "{ " : "if (true) { ";
  std::string opening = outside + "{ ", closing = "} (void)0; }";
  if (!evaluation.leaves) {
    opening += "void jit_host_threw() noexcept __asm__(\"__jit_host_threw\"); "
               "void jit_host_shown(const void *) noexcept __asm__(\"__jit_host_shown\"); try { ";
    closing = "} catch (...) { jit_host_threw(); } " + closing;
  }
  opening += evaluation.before + "\n";
  closing = "\n" + evaluation.behind + "\n" + closing + (place.before_declaration ? " " : " else ");
  result.text.insert(at, opening + evaluation.statements + closing);
  result.statements_line = place.line + 1;
  if (evaluation.definitions.empty())
    return result;
  size_t top = beginOfTopLevelItem(source, at);
  std::string definitions = "\n" + evaluation.definitions + "\n";
  result.text.insert(top, definitions);
  result.definitions_line = lineAt(source, top) + 1;
  uint32_t more = linesOf(definitions) - 1;
  result.statements_line += more;
  result.place.line += more;
  if (lineAt(source, top) == place.line) // it began on the same line
    result.place.column -= top - offsetOf(source, place.line, 1);
  return result;
}

EvaluationRange evaluationRange(const FunctionTable &code, const EvaluationPlace &place) {
  for (const Statement &outer : code.statements) {
    if (outer.file != place.file || outer.begin_line != place.line ||
        outer.begin_column != place.column ||
        outer.kind != (place.before_declaration ? StatementKind::Compound : StatementKind::If))
      continue;
    EvaluationRange range;
    for (const Statement &inside : code.statements) {
      if (inside.parent != outer.id || inside.block != 0)
        continue;
      if (inside.kind == StatementKind::Compound && range.begin == 0)
        range.begin = inside.id;
      else if (inside.kind == StatementKind::Expression && range.begin != 0) {
        range.end = inside.id;
        return range;
      }
    }
  }
  return {};
}

std::string asOfEvaluation(const std::string &diagnostics, const EvaluationSource &source,
                           const EvaluationText &evaluation, const std::string &name) {
  static const std::regex kPlace(R"(^([^\n:]+):(\d+):(\d+): )");
  std::string result;
  size_t begin = 0;
  while (begin < diagnostics.size()) {
    size_t end = std::min(diagnostics.find('\n', begin), diagnostics.size() - 1) + 1;
    std::string line = diagnostics.substr(begin, end - begin);
    begin = end;
    std::smatch match;
    if (std::regex_search(line, match, kPlace) && match[1].str() == source.place.file) {
      uint32_t at = std::stoul(match[2]);
      auto inside = [&](uint32_t first, const std::string &text) {
        return first != 0 && at >= first && at < first + linesOf(text) ? at - first + 1 : 0;
      };
      uint32_t own = inside(source.statements_line, evaluation.statements);
      if (own == 0)
        own = inside(source.definitions_line, evaluation.definitions);
      if (own != 0)
        line =
            name + ":" + std::to_string(own) + ":" + match[3].str() + ": " + match.suffix().str();
    }
    result += line;
  }
  return result;
}

} // namespace jithost
