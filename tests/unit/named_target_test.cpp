// Where a run goes on when a person says where.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "resume/named_target.h"
#include "resume_case.h"

using namespace jithost;
using namespace jithost::test;

namespace {

std::string outcome(const FunctionTable &code, const FunctionTable &now,
                    const NamedTarget &target) {
  if (auto *why_not = std::get_if<std::string>(&target))
    return "no: " + *why_not;
  return arrow(code, now, std::get<Landing>(target));
}

std::string behind(const Nodes &body, const std::string &failing) {
  FunctionTable code = function("f", body);
  return outcome(code, code, targetBehind({&code, at(code, failing)}, code));
}

bool says(const std::string &text, const std::string &part) {
  return text.starts_with("no: ") && text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("skip goes on behind the statement, in its block") {
  CHECK(behind({expr("a"), expr("b"), expr("c")}, "b") == "b -> c");
  CHECK(behind({expr("a"), expr("b")}, "b") == "b -> }");
  CHECK(behind({loop({expr("a"), expr("b")}), expr("c")}, "b") == "b -> }");
  CHECK(behind({ifThen("if (c)", {expr("a")}), expr("b")}, "if (c)") == "if (c) -> b");
}

TEST_CASE("skip leaves nothing without a value") {
  CHECK(says(behind({x("int x = g()"), expr("h(x)")}, "int x = g()"), "`x`"));
}

TEST_CASE("what cannot be skipped says what can be said instead") {
  CHECK(says(behind({node(StatementKind::Return, "return g()")}, "return g()"), "`return`"));
  CHECK(says(behind({forLoop("int i = 0", "i < n()", "++i", {expr("a")})}, "i < n()"), "goto"));
}

TEST_CASE("a part of a loop's header that runs once stands for the loop") {
  CHECK(behind({rangeFor("v", "g()", {expr("a")}), expr("b")}, "auto && __range = g()") ==
        "auto && __range = g() -> b");
}

TEST_CASE("skip in code that a patch has changed since") {
  FunctionTable code = function("f", {expr("a"), expr("b"), expr("c")}),
                now = function("f", {expr("a"), expr("b new"), expr("c"), expr("d")});
  CHECK(outcome(code, now, targetBehind({&code, at(code, "b")}, now)) == "b -> c");
}

TEST_CASE("goto takes the outermost statement of the line") {
  FunctionTable code = function("f", {expr("a"), expr("b"), loop({expr("c")})});
  uint32_t line = code.statement(at(code, "b"))->begin_line;
  CHECK(outcome(code, code, targetAtLine({&code, at(code, "c")}, code, line)).ends_with("-> b"));
  CHECK(outcome(code, code, targetAtLine({&code, at(code, "a")}, code, line)) == "a -> b");
  CHECK(says(outcome(code, code, targetAtLine({&code, at(code, "a")}, code, 12345)), "12345"));
}

TEST_CASE("goto over a declaration is refused with the variable") {
  FunctionTable code = function("f", {expr("a"), x("int x = 1"), expr("b")});
  uint32_t line = code.statement(at(code, "b"))->begin_line;
  CHECK(says(outcome(code, code, targetAtLine({&code, at(code, "a")}, code, line)), "`x`"));
}

TEST_CASE("restart ends what is in scope") {
  FunctionTable code = function("f", {tensor("t = g"), expr("a")});
  CHECK(outcome(code, code, targetAtBegin({&code, at(code, "a")}, code)) == "t = g -> t = g");
}

TEST_CASE("a function without guards") {
  FunctionTable code = function("f", {expr("a")}), now = code;
  now.resumable = false;
  now.not_resumable_because = "it is a coroutine";
  CHECK(says(outcome(code, now, targetAtBegin({&code, 1}, now)), "coroutine"));
}
