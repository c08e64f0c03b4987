// What outlives a statement and would mean something else to new code.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "resume/live_data.h"
#include "table_builder.h"

using namespace jithost;
using namespace jithost::test;

namespace {

StatementTable withVariable(std::string type, std::string initialiser, bool constant = false) {
  StatementTable table;
  table.globals.push_back(
      {"_ZL1x", "x", type, {}, false, "/src/train.cpp", 3, initialiser, constant});
  return table;
}

StatementTable withClass(std::vector<std::string> contents, bool module = false) {
  StatementTable table;
  table.classes.push_back({"Net", "/src/train.cpp", 5, contents.size(), module, contents});
  return table;
}

StatementTable withFunction(std::string signature, bool address_taken = false) {
  FunctionTable code = function("helper", {expr("a")});
  code.signature = std::move(signature);
  code.address_taken = address_taken;
  return version({code});
}

} // namespace

TEST_CASE("a global of another type is refused, one of another initialiser keeps its value") {
  auto refusal = changedGlobal(withVariable("int", "1"), withVariable("double", "1"));
  REQUIRE(refusal);
  CHECK(refusal->detail == "int before, double now");
  CHECK_FALSE(changedGlobal(withVariable("int", "1"), withVariable("int", "2")));
  CHECK(liveDataNotes(withVariable("int", "1"), withVariable("int", "2")).size() == 1);
  CHECK(liveDataNotes(withVariable("int", "1", true), withVariable("int", "2", true)).empty());
  CHECK(liveDataNotes(withVariable("int", "1"), withVariable("int", "1")).empty());
}

TEST_CASE("a class says what came and went; a module has a sentence of its own") {
  auto plain = changedClass(withClass({"member int a"}),
                            withClass({"base B", "member int a", "member double b"}));
  REQUIRE(plain);
  CHECK(plain->reason == RefusalReason::ClassChangedLayout);
  CHECK(plain->detail == "base B is new, member double b is new");
  auto module = changedClass(withClass({"member int a"}, true), withClass({}, true));
  REQUIRE(module);
  CHECK(module->reason == RefusalReason::ModuleChangedLayout);
  CHECK(module->detail == "member int a is gone");
}

TEST_CASE("another result: refused with a pointer, or with a caller that finishes in old code") {
  FunctionTable failing = function("f", {expr("F")}), caller = function("g", {expr("helper()")});
  std::vector<ActiveFrame> frames{{&failing, 1}, {&caller, 1}};
  StatementTable before = withFunction("int ()"), after = withFunction("double ()");
  after.functions.push_back(failing);
  after.functions.push_back(caller);
  CHECK_FALSE(changedResult(frames, 0, before, after));
  CHECK(changedResult(frames, 0, withFunction("int ()", true), after));
  after.functions.back().statements[0].text = "other()";
  auto refusal = changedResult(frames, 0, before, after);
  REQUIRE(refusal);
  CHECK(refusal->detail == "int () before, double () now; `g` finishes in the old code");
  CHECK_FALSE(changedResult(frames, 1, before, after));
}

TEST_CASE("a closure made before is in the way only when it is not made again") {
  FunctionTable lambda = function("lambda", {expr("F")}),
                caller = function("g", {expr("a"), expr("l()")});
  lambda.lambda_owner = "_Zg", lambda.lambda_number = 1;
  StatementTable after = version({caller});
  LocalName now;
  now.owner = "_Zg", now.number = 2, now.instead_of = 1;
  now.file = "/src/train.cpp", now.line = 11;
  after.local_names.push_back(now);
  std::vector<ActiveFrame> frames{{&lambda, 1}, {&caller, 2}};
  Landing at_call{1, 2, 2, true, {}}, at_closure{1, 1, 1, true, {}};
  auto refusal = closureOnTheWay(frames, at_call, after);
  REQUIRE(refusal);
  CHECK(refusal->reason == RefusalReason::LambdaChangedCaptures);
  CHECK_FALSE(closureOnTheWay(frames, at_closure, after));
}
