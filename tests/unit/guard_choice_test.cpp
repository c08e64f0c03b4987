// Which variables a run takes over, and which guard hands over exactly those.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "resume_case.h"

using namespace jithost;
using namespace jithost::test;

TEST_CASE("a variable in scope changed its type") {
  auto body = [](std::string type, std::string last) -> Nodes {
    return {decl("auto v = f", {value("v", type)}), loop({expr(last)})};
  };
  Case changed(body("double", "F"), "F", body("float", "G"));
  CHECK(changed.outcome() == "refused: variable-changed-type v");
  const Refusal &refusal = std::get<Refusal>(changed.decision);
  CHECK(refusal.detail == "double before, float now");
  CHECK(refusal.place == "/src/train.cpp:11");
}

TEST_CASE("a variable that the run goes back to may change its type") {
  CHECK(outcome({decl("double v = f", {value("v", "double")}), expr("F")}, "F",
                {decl("float v = f", {value("v", "float")}), expr("F")}) == "F -> float v = f");
}

TEST_CASE("a class in scope changed its layout") {
  auto body = [](uint64_t layout) {
    return function("f", {loop({expr(layout == 1 ? "F" : "G")})},
                    {value("this", "const Net *", layout)});
  };
  CHECK(Case(body(1), "F", body(2)).outcome() == "refused: class-changed-layout Net");
  CHECK(Case(body(1), "F", body(0)).outcome() == "F -> G");
}

TEST_CASE("a variable of the same name further out is another one") {
  CHECK(outcome({x("int x = 1"), loop({ifThen("if (c)", {x("int x = 2"), expr("F")})})}, "F",
                {x("int x = 1"),
                 loop({expr("n"), ifThen("if (c)", {x("int x = 2"), expr("F")})})}) == "F -> n");
  CHECK(outcome({x("int x = 1"), loop({expr("F")})}, "F",
                {x("int x = 1"), x("int x = 3"), loop({expr("F")})}) ==
        "refused: variable-without-value x");
}

TEST_CASE("a new variable before the loop has no value in it") {
  Case fresh({loop({expr("F")})}, "F", {x("int x = 1"), loop({expr("F (x)")})});
  CHECK(fresh.outcome() == "refused: variable-without-value x");
  CHECK(std::get<Refusal>(fresh.decision).place == "/src/train.cpp:11");
}

TEST_CASE("an object removed before the loop is ended from outside when nothing inside is needed") {
  CHECK(outcome({tensor("t = f(1)"), loop({expr("F")})}, "F", {loop({expr("F")})}) ==
        "t = f(1) -> F");
  CHECK(outcome({tensor("t = f(1)"), x("int x = 1"), loop({expr("F")})}, "F",
                {x("int x = 1"), loop({expr("F")})}) == "refused: variable-removed t");
}

TEST_CASE("a variable moved out of the loop keeps its value") {
  CHECK(outcome({loop({x("int x = 1"), expr("F")})}, "F", {x("int x = 1"), loop({expr("F")})}) ==
        "F -> F");
}
