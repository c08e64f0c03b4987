// At which statement of the new code a frame goes on.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "resume_case.h"

using namespace jithost;
using namespace jithost::test;

// --- the failing statement ---

TEST_CASE("nothing changed: the statement is tried again") {
  Case same({expr("a"), expr("F")}, "F", {expr("a"), expr("F")});
  CHECK(same.outcome() == "F -> F");
  CHECK_FALSE(std::get<Landing>(same.decision).changed);
}

TEST_CASE("only the code hash differs: the statement is tried again in new code") {
  FunctionTable before = function("f", {expr("a"), expr("F")}), after = before;
  before.code_hash = 1, after.code_hash = 2;
  Case hash(before, "F", after);
  CHECK(hash.outcome() == "F -> F");
  CHECK(std::get<Landing>(hash.decision).changed);
}

TEST_CASE("the failing statement changed") {
  CHECK(outcome({expr("a"), expr("F")}, "F", {expr("a"), expr("G")}) == "F -> G");
}

TEST_CASE("a statement was inserted before the failing one") {
  CHECK(outcome({expr("a"), expr("F")}, "F", {expr("a"), expr("n"), expr("F")}) == "F -> n");
}

TEST_CASE("inserted before a failing statement that changed, too") {
  CHECK(outcome({expr("a"), expr("y = F (x)")}, "y = F (x)",
                {expr("a"), expr("n"), expr("y = F (x, 1)")}) == "y = F (x) -> n");
}

TEST_CASE("an equal statement was inserted: the one that has run is not run again") {
  CHECK(outcome({expr("step()"), expr("F")}, "F", {expr("step()"), expr("step()"), expr("F")}) ==
        "F -> step()");
  Case twice({expr("step()"), expr("F")}, "F", {expr("step()"), expr("step()"), expr("F")});
  CHECK(std::get<Landing>(twice.decision).target == 2);
}

TEST_CASE("the failing statement was removed: the next one is where the run goes on") {
  CHECK(outcome({expr("a"), expr("F"), expr("b")}, "F", {expr("a"), expr("b")}) == "F -> b");
}

TEST_CASE("the last statement was removed: the run goes on at the end of the block") {
  CHECK(outcome({loop({expr("a"), expr("F")})}, "F", {loop({expr("a")})}) == "F -> }");
}

TEST_CASE("a change behind the failing statement is just taken over") {
  Case behind({expr("F"), expr("b")}, "F", {expr("F"), expr("c")});
  CHECK(behind.outcome() == "F -> F");
  CHECK(behind.notes() == 0);
}

// --- statements before it ---

TEST_CASE("a statement before the failing one changed") {
  CHECK(outcome({x("int x = 1"), expr("F")}, "F", {x("int x = 2"), expr("F")}) == "F -> int x = 2");
}

TEST_CASE("a changed declaration of an object: its old guard ends the object") {
  CHECK(outcome({loop({tensor("t = f(1)"), expr("F")})}, "F",
                {loop({tensor("t = f(2)"), expr("F")})}) == "t = f(1) -> t = f(2)");
}

TEST_CASE("objects declared behind the change are ended as well") {
  CHECK(outcome({loop({expr("a"), tensor("t = f(1)"), expr("F")})}, "F",
                {loop({expr("b"), tensor("t = f(1)"), expr("F")})}) == "t = f(1) -> b");
}

TEST_CASE("the first of several changes counts") {
  CHECK(outcome({expr("a"), expr("b"), expr("F")}, "F", {expr("a2"), expr("b2"), expr("F2")}) ==
        "F -> a2");
}

TEST_CASE("a removed statement has run already") {
  Case removed({expr("a"), expr("F")}, "F", {expr("F")});
  CHECK(removed.outcome() == "F -> F");
  CHECK(removed.noted("train.cpp:11: `a` was removed, but has run already"));
}

TEST_CASE("a removed declaration without a destructor is skipped") {
  CHECK(outcome({x("int x = 1"), expr("b"), expr("F")}, "F", {expr("b"), expr("F")}) == "F -> F");
}

TEST_CASE("a removed declaration of an object is undone") {
  CHECK(outcome({tensor("t = f(1)"), expr("b"), expr("F")}, "F", {expr("b"), expr("F")}) ==
        "t = f(1) -> b");
  CHECK(outcome({tensor("t = f(1)"), x("int x = 1"), expr("b"), expr("F")}, "F",
                {tensor("t = f(1)"), expr("b"), expr("F")}) == "F -> F");
}

TEST_CASE("a reference that may hold a temporary is left through its own guard") {
  CHECK(outcome({decl("auto & r = make()", {value("r", "T &")}), expr("F")}, "F", {expr("F")}) ==
        "auto & r = make() -> F");
  CHECK(outcome({decl("auto & r = t", {value("r", "T &")}), expr("F")}, "F", {expr("F")}) ==
        "F -> F");
}

TEST_CASE("a change inside a finished block goes back to the block") {
  CHECK(outcome({loop({ifThen("if (c)", {expr("a")}), expr("F")})}, "F",
                {loop({ifThen("if (c)", {expr("b")}), expr("F")})}) == "F -> if (c)");
  CHECK(outcome({forLoop("int i = 0", "i < 3", "++ i", {expr("a")}), expr("F")}, "F",
                {forLoop("int i = 0", "i < 3", "++ i", {expr("b")}), expr("F")}) ==
        "F -> for (int i = 0; i < 3; ++ i)");
}

TEST_CASE("a finished block of equal text is no change") {
  Nodes finished{ifElse("if (c)", {expr("a")}, {expr("b")})};
  CHECK(outcome({finished[0], expr("F")}, "F", {finished[0], expr("G")}) == "F -> G");
}

TEST_CASE("a new variable is declared on the way") {
  CHECK(outcome({expr("a"), expr("F")}, "F", {expr("a"), x("int x = 1"), expr("F (x)")}) ==
        "F -> int x = 1");
}

TEST_CASE("a statement became a declaration") {
  CHECK(outcome({expr("a"), expr("F")}, "F", {expr("a"), x("int x = F")}) == "F -> int x = F");
}

// --- nested ---

TEST_CASE("inside an if inside a loop") {
  Nodes before{loop({expr("a"), ifThen("if (c)", {expr("b"), expr("F")})})};
  CHECK(outcome(before, "F", {loop({expr("a"), ifThen("if (c)", {expr("b"), expr("G")})})}) ==
        "F -> G");
  CHECK(outcome(before, "F", {loop({expr("a"), ifThen("if (c)", {expr("b2"), expr("F")})})}) ==
        "F -> b2");
  CHECK(outcome(before, "F", {loop({expr("a2"), ifThen("if (c)", {expr("b"), expr("F")})})}) ==
        "F -> a2");
}

TEST_CASE("the condition of an active if changed: it is asked anew") {
  CHECK(outcome({ifThen("if (c)", {expr("F")})}, "F", {ifThen("if (d)", {expr("F")})}) ==
        "F -> if (d)");
}

TEST_CASE("an inserted block before the active one") {
  CHECK(outcome({ifThen("if (c)", {expr("F")})}, "F",
                {ifThen("if (n)", {expr("a")}), ifThen("if (c)", {expr("F")})}) == "F -> if (n)");
}

TEST_CASE("an else that came or went does not disturb the active branch") {
  CHECK(outcome({ifThen("if (c)", {expr("F")})}, "F",
                {ifElse("if (c)", {expr("G")}, {expr("b")})}) == "F -> G");
}

TEST_CASE("the active else is gone: the if is asked anew") {
  CHECK(outcome({ifElse("if (c)", {expr("a")}, {expr("F")})}, "F",
                {ifThen("if (c)", {expr("a")})}) == "F -> if (c)");
}

TEST_CASE("failing in the else: a change of the other branch is none before it") {
  CHECK(outcome({ifElse("if (c)", {expr("a")}, {expr("F")})}, "F",
                {ifElse("if (c)", {expr("b")}, {expr("F")})}) == "F -> F");
}

TEST_CASE("wrapped") {
  Nodes before{loop({expr("a()"), expr("F")})};
  CHECK(outcome(before, "F", {loop({expr("a()"), ifThen("if (c)", {expr("F")})})}) ==
        "F -> if (c)");
  CHECK(outcome(before, "F", {loop({expr("a()"), tryCatch({expr("F")}, {expr("h")})})}) ==
        "F -> try catch ( ... )");
  CHECK(outcome(before, "F", {loop({expr("a()"), block({expr("F")})})}) == "F -> {");
  CHECK(outcome(before, "F",
                {loop({expr("a()"), forLoop("int i = 0", "i < 3", "++ i", {expr("F")})})}) ==
        "F -> for (int i = 0; i < 3; ++ i)");
}

TEST_CASE("wrapped with what has run") {
  Nodes before{expr("a()"), expr("F")};
  CHECK(outcome(before, "F", {tryCatch({expr("a()"), expr("F")}, {expr("h")})}) == "F -> F");
  CHECK(outcome(before, "F", {block({expr("a()"), expr("n"), expr("F")})}) == "F -> n");
  CHECK(outcome(before, "F", {ifThen("if (c)", {expr("a()"), expr("F")})}) ==
        "yes: F -> if (c), no: F -> F");
}

TEST_CASE("moved into a block that stands there already: its condition is asked") {
  CHECK(outcome({loop({ifThen("if (c)", {expr("a")}), expr("F")})}, "F",
                {loop({ifThen("if (c)", {expr("a"), expr("F")})})}) == "F -> if (c)");
  CHECK(outcome({loop({ifElse("if (c)", {expr("F")}, {expr("a")})})}, "F",
                {loop({ifElse("if (c)", {expr("a")}, {expr("F")})})}) == "F -> if (c) else");
}

TEST_CASE("a new handler of the active try needs no going back") {
  Nodes body{expr("a()"), expr("F")};
  Node with = tryCatch(body, {expr("h")});
  with.text = "try catch ( E ) catch ( ... )";
  CHECK(outcome({tryCatch(body, {expr("h")})}, "F", {with}) == "F -> F");
}

TEST_CASE("unwrapped") {
  CHECK(outcome({loop({expr("a()"), ifThen("if (c)", {expr("F")})})}, "F",
                {loop({expr("a()"), expr("F")})}) == "F -> F");
  CHECK(outcome({loop({expr("a()"), block({tensor("t = f(1)"), expr("F")})})}, "F",
                {loop({expr("a()"), expr("F")})}) == "t = f(1) -> F");
}

TEST_CASE("in a catch handler") {
  CHECK(outcome({tryCatch({expr("a")}, {expr("b"), expr("F")})}, "F",
                {tryCatch({expr("a")}, {expr("b"), expr("G")})}) == "F -> G");
}

TEST_CASE(
    "a change before the try of the active handler: the exception ends with the try's guard") {
  CHECK(outcome({expr("b"), tryCatch({expr("a")}, {expr("F")})}, "F",
                {expr("c"), tryCatch({expr("a")}, {expr("F")})}) == "try catch ( ... ) -> c");
}

TEST_CASE("a change in the body of a try whose handler is active comes too late") {
  Case late({tryCatch({expr("a")}, {expr("F")})}, "F", {tryCatch({expr("b")}, {expr("F")})});
  CHECK(late.outcome() == "F -> F");
  CHECK(late.noted("the change at train.cpp:12 comes too late for this run: b"));
  Case behind({tryCatch({expr("F"), expr("b")}, {})}, "F", {tryCatch({expr("F"), expr("c")}, {})});
  CHECK(behind.outcome() == "F -> F");
  CHECK(behind.notes() == 0);
}

TEST_CASE("in a switch the other cases have not run") {
  Nodes before{switchOver("switch (c)", {expr("a()"), jump("break"), expr("b"), expr("F")})};
  CHECK(outcome(before, "F",
                {switchOver("switch (c)", {expr("a2()"), jump("break"), expr("b"), expr("F")})}) ==
        "F -> F");
  CHECK(outcome(before, "F",
                {switchOver("switch (c)", {expr("a()"), jump("break"), expr("b2"), expr("F")})}) ==
        "F -> b2");
  CHECK(outcome(before, "F",
                {switchOver("switch (c)", {expr("a()"), jump("break"), expr("n"), jump("break"),
                                           expr("b"), expr("F")})}) == "F -> F");
}

TEST_CASE("in a switch, what leads out of it tells cases apart") {
  for (Node way_out : {jump("break"), node(StatementKind::Return, "return"), expr("throw"),
                       expr("throw E ( )"), block({expr("z"), jump("break")})}) {
    CAPTURE(way_out.text);
    CHECK(outcome({switchOver("switch (c)", {expr("a"), way_out, expr("F")})}, "F",
                  {switchOver("switch (c)", {expr("a2"), way_out, expr("F")})}) == "F -> F");
  }
}

TEST_CASE("in a switch, a new case before the active one") {
  CHECK(outcome({switchOver("switch (c)", {expr("b"), expr("d"), expr("F")})}, "F",
                {switchOver("switch (c)", {expr("b"), jump("break"), expr("d"), expr("F")})}) ==
        "F -> F");
  CHECK(outcome({switchOver("switch (c)", {expr("b"), expr("F")})}, "F",
                {switchOver("switch (c)", {expr("b"), expr("n"), jump("break"), expr("F")})}) ==
        "F -> F");
}

TEST_CASE("in a switch, another label of the active case: the switch is asked anew") {
  auto labelled = [](std::string label) {
    Node first = expr("a");
    first.labels = std::move(label);
    return Nodes{loop({switchOver("switch (c)", {first, expr("F")})})};
  };
  CHECK(outcome(labelled("case 1 :"), "F", labelled("case 2 :")) == "F -> switch (c)");
  CHECK(outcome(labelled("case 1 :"), "F", labelled("case 1 :")) == "F -> F");
}

// --- loops ---

TEST_CASE("another kind of loop with the same body is the same loop") {
  Nodes body{expr("a"), expr("F"), expr("b")};
  CHECK(outcome({forLoop("int i = 0", "i < 3", "++ i", body)}, "F",
                {decl("int i = 0", {value("i")}), whileLoop("while (i < 3)", body)}) == "F -> F");
  CHECK(outcome({forLoop("int i = 0", "i < 3", "++ i", body)}, "F", {rangeFor("b", "l", body)}) ==
        "refused: loop-removed for (int i = 0; i < 3; ++i)");
}

TEST_CASE("two loops: only the inner one's iteration is gone back in") {
  auto nested = [](std::string outer, std::string inner) -> Nodes {
    return {rangeFor("epoch", "epochs",
                     {expr(outer), rangeFor("batch", "loader", {expr(inner), expr("F")}, 2)})};
  };
  CHECK(outcome(nested("a", "b"), "F", nested("a", "b2")) == "F -> b2");
  Case outer(nested("a", "b"), "F", nested("a2", "b"));
  CHECK(outer.outcome() == "F -> F");
  CHECK(outer.noted("comes too late for this iteration: a2"));
}

TEST_CASE("changes before the loop are listed, each of them") {
  Case late({x("int x = 1"), expr("b"), ifThen("if (c)", {expr("d")}), loop({expr("F")})}, "F",
            {x("int x = 2"), expr("n()"), ifThen("if (c)", {expr("d2")}), loop({expr("F")})});
  CHECK(late.outcome() == "F -> F");
  CHECK(late.notes() == 3);
  CHECK(late.noted("the change at train.cpp:11 comes too late for this run: int x = 2"));
  CHECK(late.noted("n()"));
  CHECK(late.noted("train.cpp:14 comes too late for this run: d2"));
}

TEST_CASE("a statement removed before the loop is listed") {
  Case removed({expr("a"), loop({expr("F")})}, "F", {loop({expr("G")})});
  CHECK(removed.outcome() == "F -> G");
  CHECK(removed.noted("`a` was removed, but has run already"));
}

TEST_CASE("an else that came or went before the loop is listed by what stands in it") {
  Node without = ifThen("if (c)", {expr("a")});
  Node with = ifElse("if (c)", {expr("a")}, {expr("n")});
  Case came({without, loop({expr("F")})}, "F", {with, loop({expr("F")})});
  CHECK(came.notes() == 1);
  CHECK(came.noted("the change at train.cpp:14 comes too late for this run: n"));
  Case went({with, loop({expr("F")})}, "F", {without, loop({expr("F")})});
  CHECK(went.notes() == 1);
  CHECK(went.noted("`n` was removed, but has run already"));
}

TEST_CASE("the condition of an if around the loop is not asked anew") {
  Case around({ifThen("if (c)", {loop({expr("F")})})}, "F",
              {ifThen("if (d)", {loop({expr("F")})})});
  CHECK(around.outcome() == "F -> F");
  CHECK(around.noted("too late for this run: if (d)"));
}

TEST_CASE("a changed header of the loop is just taken over") {
  Case header({forLoop("int i = 0", "i < 3", "++ i", {expr("F")})}, "F",
              {forLoop("int i = 0", "i < 5", "i += 2", {expr("F")})});
  CHECK(header.outcome() == "F -> F");
  CHECK(header.notes() == 0);
}

TEST_CASE("a range-for goes on over its old range, which is said") {
  Case range({rangeFor("b", "train", {expr("F")})}, "F", {rangeFor("b", "test", {expr("F")})});
  CHECK(range.outcome() == "F -> F");
  CHECK(range.noted("too late for this run: for (auto b : test)"));
}

TEST_CASE("the numbers of range-for variables do not count") {
  CHECK(outcome({rangeFor("b", "l", {expr("a"), expr("F")}, 1)}, "F",
                {rangeFor("b", "l", {expr("a"), expr("n"), expr("F")}, 2)}) == "F -> n");
}

TEST_CASE("the loop is found among others by its body") {
  CHECK(outcome({forLoop("int i = 0", "i < 3", "++ i", {expr("a"), expr("F")})}, "F",
                {forLoop("int i = 0", "i < 9", "++ i", {expr("warm up")}),
                 forLoop("int i = 0", "i < 5", "++ i", {expr("a"), expr("F")})}) == "F -> F");
}

TEST_CASE("of several loops the one with the same header is meant, whatever its body") {
  Nodes body{expr("a"), expr("b"), expr("c"), expr("d"), expr("F")};
  CHECK(outcome({loop(body)}, "F", {loop({expr("G")}), whileLoop("while (x)", body)}) == "F -> G");
}

TEST_CASE("failing in a condition or an increment") {
  Nodes before{forLoop("int i = 0", "check()", "step()", {expr("a")})};
  CHECK(outcome(before, "check()", {forLoop("int i = 0", "test()", "step()", {expr("b")})}) ==
        "check() -> test()");
  CHECK(outcome(before, "step()", {forLoop("int i = 0", "check()", "leap()", {expr("b")})}) ==
        "step() -> leap()");
}

TEST_CASE("the failing increment is gone: the condition comes next") {
  CHECK(outcome({forLoop("int i = 0", "i < 3", "step()", {expr("a")})}, "step()",
                {forLoop("int i = 0", "i < 3", "", {expr("a")})}) == "step() -> i < 3");
}

TEST_CASE("failing in the range of a range-for: the loop has not begun") {
  CHECK(outcome({expr("a"), rangeFor("b", "make()", {expr("c")})}, "auto && __range = make()",
                {expr("a2"), rangeFor("b", "make()", {expr("c")})}) ==
        "auto && __range = make() -> a2");
  CHECK(outcome({expr("a"), rangeFor("b", "make()", {expr("c")})}, "auto && __range = make()",
                {expr("a"), rangeFor("b", "other()", {expr("c")})}) ==
        "auto && __range = make() -> auto && __range = other()");
}

TEST_CASE("a failing while: its body may have run") {
  Nodes before{expr("a"), whileLoop("while (next())", {expr("step()")})};
  CHECK(outcome(before, "while (next())",
                {expr("a"), whileLoop("while (more())", {expr("step()")})}) ==
        "while (next()) -> while (more())");
  CHECK(outcome(before, "while (next())",
                {expr("b"), whileLoop("while (next())", {expr("step()")})}) ==
        "yes: while (next()) -> b, no: while (next()) -> while (next())");
  Case again(before, "while (next())", {expr("b"), before[1]});
  CHECK(std::get<Question>(again.decision).run_again ==
        std::vector<std::string>{"train.cpp:13: step()"});
}

TEST_CASE("the loop is gone") {
  CHECK(outcome({loop({expr("F")})}, "F", {expr("F")}) == "refused: loop-removed while (true)");
  CHECK(outcome({loop({expr("F")})}, "F",
                {forLoop("int i = 0", "i < 3", "++ i", {loop({expr("F")})})}) ==
        "refused: variable-without-value i");
}

TEST_CASE("a block around the running loop came or went") {
  Case came({loop({expr("F")})}, "F", {ifThen("if (c)", {loop({expr("G")})})});
  CHECK(came.outcome() == "F -> G");
  CHECK(came.noted("comes too late for this run: if (c)"));
  CHECK(outcome({loop({expr("F")})}, "F", {tryCatch({loop({expr("F")})}, {expr("h")})}) ==
        "F -> F");
  CHECK(outcome({ifThen("if (c)", {loop({expr("F")})})}, "F", {loop({expr("F")})}) == "F -> F");
}
