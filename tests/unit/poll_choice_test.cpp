// Where a frame that is running well goes on in new code.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "resume/poll_choice.h"
#include "resume_case.h"

using namespace jithost;
using namespace jithost::test;

namespace {

std::string target(const Nodes &old_body, const std::string &next, const Nodes &new_body) {
  FunctionTable before = function("f", old_body), after = function("f", new_body);
  REQUIRE(at(before, next) != 0);
  auto chosen = choosePollTarget(before, at(before, next), after);
  if (auto *refusal = std::get_if<Refusal>(&chosen))
    return "refused: " + std::string(reasonName(refusal->reason)) + " " + refusal->subject;
  return textOf(after, std::get<uint32_t>(chosen));
}

} // namespace

TEST_CASE("the next statement, also when it changed") {
  CHECK(target({expr("a"), expr("b"), expr("c")}, "b", {expr("a"), expr("b"), expr("d")}) == "b");
  CHECK(target({expr("a"), expr("b old")}, "b old", {expr("a"), expr("b new")}) == "b new");
}

TEST_CASE("new statements behind the one that ended run, those before it do not") {
  CHECK(target({expr("a"), expr("b")}, "b", {expr("a"), expr("new"), expr("b")}) == "new");
  CHECK(target({expr("a"), expr("b")}, "b", {expr("new"), expr("a"), expr("b")}) == "b");
  CHECK(target({expr("a"), expr("b")}, "b", {expr("a")}) == "}");
}

TEST_CASE("at the begin of a block everything in it is still to come") {
  CHECK(target({loop({expr("a"), expr("b")})}, "a", {loop({expr("new"), expr("b")})}) == "new");
  CHECK(target({ifThen("if (c)", {expr("a")})}, "a",
               {ifThen("if (c)", {expr("new"), expr("a")})}) == "new");
}

TEST_CASE("parts of a loop's header") {
  CHECK(target({forLoop("int i = 0", "i < n", "++i", {expr("a")})}, "i < n",
               {forLoop("int i = 0", "i < 2 * n", "++i", {expr("a")})}) == "i < 2 * n");
}

TEST_CASE("a variable that the new code declares further up has no value") {
  CHECK(target({expr("a"), expr("b")}, "b", {x("int x = 1"), expr("a"), expr("b(x)")}) ==
        "refused: variable-without-value x");
  CHECK(target({expr("a"), expr("b")}, "b", {expr("a"), x("int x = 1"), expr("b(x)")}) ==
        "int x = 1");
}

TEST_CASE("nothing unwinds at a poll: an object that the new code does not know stays in the way") {
  CHECK(target({tensor("t = f"), expr("a"), expr("b")}, "b", {expr("a"), expr("b")}) ==
        "refused: variable-removed f");
  CHECK(target({x("int x = 1"), expr("a"), expr("b")}, "b", {expr("a"), expr("b")}) == "b");
}

TEST_CASE("a function that can no longer be gone on in") {
  FunctionTable before = function("f", {expr("a"), expr("b")}), after = before;
  after.resumable = false;
  auto chosen = choosePollTarget(before, 2, after);
  CHECK(std::get<Refusal>(chosen).reason == RefusalReason::NotResumable);
}
