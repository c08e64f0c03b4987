// Which variables count as renamed, and what follows from it.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "resume/renamed_variables.h"

using namespace jithost;

namespace {

FunctionTable twoVariables(const std::string &name, const std::string &type,
                           const std::string &text) {
  FunctionTable code;
  Variable parameter, local;
  parameter.name = "input", parameter.type = "int";
  local.name = name, local.type = type, local.declared_by = 1;
  code.variables = {parameter, local};
  Statement declaration, use;
  declaration.id = 1, declaration.kind = StatementKind::Declaration, declaration.text = text;
  use.id = 2, use.text = "input += " + name + " + object . old";
  code.statements = {declaration, use};
  return code;
}

TEST_CASE("the same declaration under another name") {
  Renaming renaming = renamedVariables(twoVariables("old", "int", "int old = f ( input )"),
                                       twoVariables("fresh", "int", "int fresh = f ( input )"));
  CHECK(renaming == (Renaming{{"old", "fresh"}}));
}

TEST_CASE("another type or initialiser is another variable") {
  FunctionTable before = twoVariables("old", "int", "auto old = f ( input )");
  CHECK(
      renamedVariables(before, twoVariables("fresh", "long", "auto fresh = f ( input )")).empty());
  CHECK(renamedVariables(before, twoVariables("fresh", "int", "auto fresh = g ( input )")).empty());
}

TEST_CASE("a name that is still there was not renamed") {
  FunctionTable before = twoVariables("old", "int", "int old = 1");
  FunctionTable after = twoVariables("fresh", "int", "int fresh = 1");
  after.variables.push_back(before.variables[1]);
  CHECK(renamedVariables(before, after).empty());
}

TEST_CASE("a parameter is known by its place") {
  FunctionTable before = twoVariables("local", "int", "int local = 1"), after = before;
  after.variables[0].name = "given";
  CHECK(renamedVariables(before, after) == (Renaming{{"input", "given"}}));
}

TEST_CASE("members of that name keep it") {
  FunctionTable renamed = withNames(twoVariables("old", "int", "int old = 1"), {{"old", "fresh"}});
  CHECK(renamed.variables[1].name == "fresh");
  CHECK(renamed.statements[1].text == "input += fresh + object . old");
}

TEST_CASE("captures follow") {
  std::vector<CapturedName> captured{
      {"old", 'w'}, {"old#1", 'a'}, {"old.tmp0", 'a'}, {"older", 'w'}};
  captured = withNames(captured, {{"old", "fresh"}});
  CHECK(captured[0].name == "fresh");
  CHECK(captured[1].name == "fresh#1");
  CHECK(captured[2].name == "fresh.tmp0");
  CHECK(captured[3].name == "older");
}

} // namespace
