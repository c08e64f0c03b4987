// Going back over what has run, and marks in the new code.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "resume_case.h"

using namespace jithost;
using namespace jithost::test;

// --- going back over what has run ---

TEST_CASE("unchanged statements with effects would run again") {
  Nodes before{loop({expr("a"), expr("step()"), expr("F")})};
  Nodes after{loop({expr("b"), expr("step()"), expr("F")})};
  Case ask(before, "F", after);
  CHECK(ask.outcome() == "yes: F -> b, no: F -> F");
  const Question &question = std::get<Question>(ask.decision);
  CHECK(question.run_again == std::vector<std::string>{"train.cpp:13: step()"});
  Case yes(before, "F", after, GoBack::Yes), no(before, "F", after, GoBack::No);
  CHECK(yes.outcome() == "F -> b");
  CHECK(yes.noted("runs again: train.cpp:13: step()"));
  CHECK(no.outcome() == "F -> F");
  CHECK(no.noted("not gone back to: train.cpp:12: b"));
}

TEST_CASE("an unchanged block is one line") {
  Case block({expr("a"), ifThen("if (c())", {expr("s()"), expr("t()")}), expr("F")}, "F",
             {expr("b"), ifThen("if (c())", {expr("s()"), expr("t()")}), expr("F")});
  CHECK(std::get<Question>(block.decision).run_again ==
        std::vector<std::string>{"train.cpp:12: if (c())"});
}

TEST_CASE("the range of a changed finished loop is named by the loop") {
  Case range({rangeFor("b", "l", {expr("a")}), expr("F")}, "F",
             {rangeFor("b", "l", {expr("c")}), expr("F")});
  CHECK(std::get<Question>(range.decision).run_again ==
        std::vector<std::string>{"train.cpp:11: for (auto b : l)",
                                 "train.cpp:17: auto b = * __begin()"});
  Case failing({rangeFor("b", "l", {})}, "auto __end = end()", {rangeFor("b", "m", {})},
               GoBack::Yes);
  CHECK(failing.outcome() == "auto __end = end() -> auto && __range = m");
  CHECK(failing.noted("goes back to train.cpp:11: for (auto b : m)"));
}

TEST_CASE("stepping in a finished loop is no effect of its own") {
  CHECK(outcome({expr("a"), forLoop("int i = 0", "i < 3", "step()", {expr("c")}), expr("F")}, "F",
                {expr("b"), forLoop("int i = 0", "i < 3", "step()", {expr("c")}), expr("F")}) ==
        "F -> b");
}

TEST_CASE("unchanged statements without effects run again, which is said") {
  Case back({expr("a"), expr("c"), expr("F")}, "F", {expr("b"), expr("c"), expr("F")});
  CHECK(back.outcome() == "F -> b");
  CHECK(back.noted("goes back to train.cpp:11: b"));
}

TEST_CASE("changed and new statements are not asked about") {
  CHECK(outcome({expr("a()"), expr("F()")}, "F()", {expr("b()"), expr("n()"), expr("F()")}) ==
        "F() -> b()");
}

TEST_CASE("effects inside unchanged blocks count, those of branches not taken do not") {
  CHECK(outcome({expr("a"), ifThen("if (c)", {expr("step()")}), expr("F")}, "F",
                {expr("b"), ifThen("if (c)", {expr("step()")}), expr("F")}) ==
        "yes: F -> b, no: F -> F");
  CHECK(outcome({expr("a"), ifElse("if (c)", {expr("step()")}, {expr("F")})}, "F",
                {expr("b"), ifElse("if (c)", {expr("step()")}, {expr("F")})}) == "F -> b");
  CHECK(outcome({expr("a"), switchOver("switch (c)", {expr("s()"), jump("break"), expr("F")})}, "F",
                {expr("b"), switchOver("switch (c)", {expr("s()"), jump("break"), expr("F")})}) ==
        "F -> b");
}

TEST_CASE("unchanged statements in a changed finished block run again") {
  CHECK(outcome({ifThen("if (c)", {expr("step()"), expr("a")}), expr("F")}, "F",
                {ifThen("if (c)", {expr("step()"), expr("b")}), expr("F")}) ==
        "yes: F -> if (c), no: F -> F");
}

TEST_CASE("the condition of the if around the failing statement is run again") {
  CHECK(outcome({expr("a"), ifThen("if (c())", {expr("F")})}, "F",
                {expr("b"), ifThen("if (c())", {expr("F")})}) == "yes: F -> b, no: F -> F");
}

TEST_CASE("no way but back: a variable would have no value") {
  Nodes before{expr("a"), expr("step()"), expr("F")};
  Nodes after{x("int x = 1"), expr("step()"), expr("F (x)")};
  CHECK(outcome(before, "F", after) == "yes: F -> int x = 1, no: nowhere");
  CHECK(outcome(before, "F", after, GoBack::No) == "refused: variable-without-value x");
}

TEST_CASE("going back is refused like going on") {
  CHECK(
      outcome({decl("auto v = f", {value("v", "int")}), loop({expr("a"), expr("s()"), expr("F")})},
              "F",
              {decl("auto v = f", {value("v", "long")}),
               loop({expr("b"), expr("s()"), expr("F")})}) == "refused: variable-changed-type v");
}

TEST_CASE("going forward, a removed failing statement is stood for by what took its place") {
  CHECK(outcome({expr("a"), expr("s()"), expr("F")}, "F",
                {expr("b"), expr("s()"), ifThen("if (c)", {expr("F")})},
                GoBack::No) == "F -> if (c)");
}

// --- marks ---

TEST_CASE("a resume mark chooses the statement and nothing is asked") {
  Case mark({loop({expr("a()"), expr("b()"), expr("F")})}, "F",
            {loop({marked(expr("a()")), expr("b()"), expr("F")})});
  CHECK(mark.outcome() == "F -> a()");
  CHECK(mark.noted("runs again: train.cpp:12: a()"));
  CHECK(mark.noted("runs again: train.cpp:13: b()"));
}

TEST_CASE("a resume mark may lie ahead, or outside a loop that is gone") {
  CHECK(outcome({expr("F"), expr("b")}, "F", {expr("F"), marked(expr("b"))}) == "F -> b");
  CHECK(outcome({expr("a"), loop({expr("F")})}, "F", {marked(expr("a")), expr("F")}) == "F -> a");
}

TEST_CASE("a resume mark behind a declaration that has not run") {
  CHECK(outcome({expr("F"), x("int x = 1"), expr("b")}, "F",
                {expr("F"), x("int x = 1"), marked(expr("b"))}) ==
        "refused: variable-without-value x");
}

TEST_CASE("a restart mark goes to the first statement") {
  FunctionTable before = function("f", {tensor("t = f()"), loop({expr("F")})}), after = before;
  after.restart_mark = true;
  Case restart(before, "F", after);
  CHECK(restart.outcome() == "t = f() -> t = f()");
  CHECK(restart.noted("runs again: train.cpp:11: t = f()"));
}

TEST_CASE("a mark that the running code had already is not followed twice") {
  Nodes body{marked(expr("a()")), expr("F")};
  CHECK(outcome(body, "F", body) == "F -> F");
}
