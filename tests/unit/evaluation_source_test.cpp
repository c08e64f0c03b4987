// Statements in front of a statement: where they go in the text, and how clang's words are told.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "compile/evaluation_source.h"

#include <doctest/doctest.h>

using namespace jithost;

namespace {

Statement statement(uint32_t id, uint32_t parent, StatementKind kind, uint32_t line,
                    uint32_t column, uint32_t block = 0) {
  Statement result;
  result.id = id;
  result.parent = parent;
  result.kind = kind;
  result.block = block;
  result.begin_line = line;
  result.begin_column = column;
  result.file = "/p.cpp";
  return result;
}

/// for (int i = 0; i < n; ++i) body
FunctionTable loop(StatementKind kind) {
  FunctionTable code;
  code.statements = {statement(1, 0, kind, 1, 1),
                     statement(2, 1, StatementKind::Declaration, 1, 6, kHeaderBlock),
                     statement(3, 1, StatementKind::Condition, 1, 17, kHeaderBlock),
                     statement(4, 1, StatementKind::Increment, 1, 24, kHeaderBlock),
                     statement(5, 1, StatementKind::Expression, 2, 3),
                     statement(6, 1, StatementKind::End, 3, 1)};
  return code;
}

uint32_t lineFor(const FunctionTable &code, uint32_t id) { return evaluationPlace(code, id)->line; }

bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("parts of a loop's header: at the body's begin where the loop's variables are alive") {
  FunctionTable code = loop(StatementKind::For);
  CHECK(lineFor(code, 1) == 1);
  CHECK(evaluationPlace(code, 2)->column == 1); // its own variable is not alive yet
  CHECK(lineFor(code, 3) == 2);
  CHECK(lineFor(code, 4) == 2);
  CHECK(lineFor(code, 5) == 2);
  FunctionTable range = loop(StatementKind::RangeFor);
  CHECK(lineFor(range, 3) == 1);
  CHECK(lineFor(range, 5) == 1); // the first of its body is the loop's variable
}

TEST_CASE("declarations keep their scope, other statements become a branch") {
  FunctionTable code;
  code.statements = {statement(1, 0, StatementKind::Declaration, 1, 1),
                     statement(2, 0, StatementKind::Expression, 2, 1),
                     statement(3, 0, StatementKind::End, 3, 1)};
  CHECK(evaluationPlace(code, 1)->before_declaration);
  CHECK_FALSE(evaluationPlace(code, 2)->before_declaration);
  CHECK(evaluationPlace(code, 3)->before_declaration);
  CHECK_FALSE(evaluationPlace(code, 4));
  code.statements[1].begin_line = 0; // clang made it, it stands nowhere
  CHECK_FALSE(evaluationPlace(code, 2));
}

TEST_CASE("in front of a declaration of several variables, not in it") {
  FunctionTable code;
  code.statements = {statement(1, 0, StatementKind::Expression, 1, 1),
                     statement(2, 0, StatementKind::Declaration, 1, 6),
                     statement(3, 0, StatementKind::Declaration, 1, 17),
                     statement(4, 0, StatementKind::Declaration, 1, 26)};
  const std::string source = "f(); int a = f(), b = g(), c;";
  CHECK(evaluationPlace(code, 2, source)->column == 6);
  CHECK(evaluationPlace(code, 3, source)->column == 6);
  CHECK(evaluationPlace(code, 4, source)->column == 6);
  CHECK(evaluationPlace(code, 3)->column == 17);
}

TEST_CASE("the user's lines are lines of the new source") {
  const std::string source = "int f(int x) {\n  return x;\n}\n";
  EvaluationText text{"", "", "g(x);\nh(x);", ";", false};
  EvaluationSource changed = withEvaluation(source, {"/p.cpp", 2, 3, false}, text);
  CHECK(has(changed.text, "\ng(x);\nh(x);\n"));
  CHECK(has(changed.text, "(void)0; } else return x;\n}\n"));
  CHECK(changed.statements_line == 3);
  CHECK(changed.place.line == 2);
  CHECK(changed.place.column == 3);
}

TEST_CASE("definitions stand in front of what the place stands in") {
  const std::string source = "int g;\nint f(int x) { return x; }\n";
  EvaluationText text{"int twice(int x) { return 2 * x; }", "", "g = twice(x);", "", false};
  EvaluationSource changed = withEvaluation(source, {"/p.cpp", 2, 16, false}, text);
  CHECK(
      changed.text.starts_with("int g;\n\nint twice(int x) { return 2 * x; }\nint f(int x) { if"));
  CHECK(changed.definitions_line == 3);
  CHECK(changed.place.line == 4);
  CHECK(changed.place.column == 16);
  CHECK(changed.statements_line == 5);
}

TEST_CASE("clang's words are about what the user wrote") {
  const std::string source = "int f(int x) {\n  return x;\n}\n";
  EvaluationText text{"", "", "a;\nb;", "", false};
  EvaluationSource changed = withEvaluation(source, {"/p.cpp", 2, 3, false}, text);
  CHECK(asOfEvaluation("/p.cpp:4:1: error: no b\n    4 | b;\n/p.cpp:1:1: note: here\n", changed,
                       text,
                       "eval") == "eval:2:1: error: no b\n    4 | b;\n/p.cpp:1:1: note: here\n");
  CHECK(asOfEvaluation("/q.cpp:4:1: error: no", changed, text, "eval") == "/q.cpp:4:1: error: no");
  CHECK(asOfEvaluation("", changed, text, "eval") == "");
}

TEST_CASE("the range is found by its place") {
  FunctionTable code;
  code.statements = {statement(1, 0, StatementKind::Expression, 1, 1),
                     statement(2, 0, StatementKind::If, 2, 3),
                     statement(3, 2, StatementKind::Compound, 2, 15),
                     statement(4, 3, StatementKind::Expression, 3, 1),
                     statement(5, 2, StatementKind::Expression, 4, 1),
                     statement(6, 2, StatementKind::End, 4, 9)};
  EvaluationRange range = evaluationRange(code, {"/p.cpp", 2, 3, false});
  CHECK(range.begin == 3);
  CHECK(range.end == 5);
  CHECK(evaluationRange(code, {"/p.cpp", 2, 4, false}).begin == 0);
  CHECK(evaluationRange(code, {"/p.cpp", 2, 3, true}).begin == 0);
}
