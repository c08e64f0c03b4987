// Where a paused run goes on in new code. A case names the old body, the failing statement and the
// new body; the outcome reads "guard of the old code -> statement of the new code". Statements
// whose text contains `()` have effects when they run twice.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "resume/resume_map.h"
#include "table_builder.h"

#include <algorithm>

using namespace jithost;
using namespace jithost::test;

namespace {

std::string textOf(const FunctionTable &table, uint32_t id) {
  const Statement &statement = *table.statement(id);
  if (statement.kind == StatementKind::End)
    return "}";
  return statement.text.empty() ? "{" : statement.text;
}

std::string arrow(const FunctionTable &before, const FunctionTable &after, const Landing &landing) {
  if (landing.frame == kNoFrame)
    return "nowhere";
  return textOf(before, landing.guard) + " -> " + textOf(after, landing.target);
}

/// One function in one frame.
struct Case {
  FunctionTable before, after;
  ResumeDecision decision;

  Case(FunctionTable old_code, const std::string &failing, FunctionTable new_code,
       GoBack go_back = GoBack::Ask)
      : before(std::move(old_code)), after(std::move(new_code)) {
    REQUIRE(at(before, failing) != 0);
    decision = mapResume({{&before, at(before, failing)}}, version({after}), go_back);
  }
  Case(const Nodes &old_body, const std::string &failing, const Nodes &new_body,
       GoBack go_back = GoBack::Ask)
      : Case(function("f", old_body), failing, function("f", new_body), go_back) {}

  std::string outcome() const {
    if (auto *landing = std::get_if<Landing>(&decision))
      return arrow(before, after, *landing);
    if (auto *refusal = std::get_if<Refusal>(&decision))
      return "refused: " + std::string(reasonName(refusal->reason)) + " " + refusal->subject;
    const Question &question = std::get<Question>(decision);
    return "yes: " + arrow(before, after, question.yes) +
           ", no: " + arrow(before, after, question.no);
  }

  bool noted(const std::string &part) const {
    const auto *landing = std::get_if<Landing>(&decision);
    return landing && std::any_of(landing->notes.begin(), landing->notes.end(),
                                  [&](auto &note) { return note.find(part) != std::string::npos; });
  }
  size_t notes() const { return std::get<Landing>(decision).notes.size(); }
};

std::string outcome(const Nodes &old_body, const std::string &failing, const Nodes &new_body,
                    GoBack go_back = GoBack::Ask) {
  return Case(old_body, failing, new_body, go_back).outcome();
}

Node loop(Nodes body) { return whileLoop("while (true)", std::move(body)); }
Node x(std::string text) { return decl(std::move(text), {value("x")}); }
Node tensor(std::string text) { return decl(std::move(text), {object("t")}); }

} // namespace

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
  CHECK(outcome({tensor("t = f(1)"), x("int x = 1"), expr("F")}, "F",
                {tensor("t = f(1)"), expr("F")}) == "F -> F");
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

// --- loops ---

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
  CHECK(outcome({forLoop("int i = 0", "i < 3", "++ i", {expr("a"), expr("F")})}, "F",
                {forLoop("int i = 0", "i < 3", "++ i", {expr("G")}),
                 forLoop("int k = 0", "k < 5", "++ k", {expr("a"), expr("F")})}) == "F -> G");
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
  CHECK(outcome({loop({expr("F")})}, "F", {tryCatch({loop({expr("F")})}, {})}) ==
        "refused: loop-removed while (true)");
}

TEST_CASE("the block around the loop is gone") {
  CHECK(outcome({ifThen("if (c)", {loop({expr("F")})})}, "F", {loop({expr("F")})}) ==
        "refused: block-removed if (c)");
}

// --- variables ---

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

// --- frames ---

namespace {

/// Frames by function and statement, innermost first; the outcome with the frame's number before
/// it.
struct Stack {
  std::vector<FunctionTable> before;
  StatementTable after;
  ResumeDecision decision;

  Stack(std::vector<FunctionTable> old_code, const std::vector<std::string> &active,
        std::vector<FunctionTable> new_code)
      : before(std::move(old_code)), after(version(std::move(new_code))) {
    std::vector<ActiveFrame> frames;
    for (size_t k = 0; k < before.size(); ++k)
      frames.push_back({&before[k], active[k].empty() ? 0 : at(before[k], active[k])});
    decision = mapResume(frames, after, GoBack::Ask);
  }

  std::string outcome() const {
    if (auto *refusal = std::get_if<Refusal>(&decision))
      return "refused: " + std::string(reasonName(refusal->reason)) + " " + refusal->subject;
    const Landing &landing = std::get<Landing>(decision);
    const FunctionTable &code = before[landing.frame];
    return std::to_string(landing.frame) + ": " +
           arrow(code, *after.function(code.symbol), landing);
  }
  std::vector<std::string> notes() const { return std::get<Landing>(decision).notes; }
};

FunctionTable f(std::string statement) { return function("f", {expr(std::move(statement))}); }
FunctionTable g(std::string first, std::string call) {
  return function("g", {expr(std::move(first)), expr(std::move(call))});
}
FunctionTable notResumable(FunctionTable code) {
  code.resumable = false;
  code.not_resumable_because = "it is a destructor";
  code.statements.clear();
  code.code_hash = 1;
  return code;
}
FunctionTable withSignature(FunctionTable code, std::string signature) {
  code.signature = std::move(signature);
  return code;
}

} // namespace

TEST_CASE("no frame changed") {
  Stack same({f("F"), g("a", "f()")}, {"F", "f()"}, {f("F"), g("a", "f()")});
  CHECK(same.outcome() == "0: F -> F");
  CHECK_FALSE(std::get<Landing>(same.decision).changed);
}

TEST_CASE("only the outer frame changed") {
  Stack outer({f("F"), g("a", "f()")}, {"F", "f()"}, {f("F"), g("b", "f()")});
  CHECK(outer.outcome() == "1: f() -> b");
}

TEST_CASE("both changed: the inner one, and the outer one finishes in old code") {
  Stack both({f("F"), g("a", "f()")}, {"F", "f()"}, {f("G"), g("b", "f()")});
  CHECK(both.outcome() == "0: F -> G");
  FunctionTable main = function("main", {expr("g()")});
  CHECK(Stack({f("F"), main}, {"F", "g()"}, {f("G"), main}).notes().empty());
  CHECK(both.notes() ==
        std::vector<std::string>{
            "g (train.cpp:12) also changed; its active call finishes in the old code"});
}

TEST_CASE("the active call statement changed") {
  Stack call({f("F"), g("a", "f()")}, {"F", "f()"}, {f("G"), g("a", "f(1)")});
  CHECK(call.outcome() == "1: f() -> f(1)");
}

TEST_CASE("the active call statement moved into a block") {
  FunctionTable moved = function("g", {expr("a"), ifThen("if (c)", {expr("f()")})});
  Stack call({f("F"), g("a", "f()")}, {"F", "f()"}, {f("G"), moved});
  CHECK(call.outcome() == "0: F -> G");
}

TEST_CASE("the outermost changed call counts") {
  FunctionTable main = function("main", {expr("g()")}), new_main = function("main", {expr("g(1)")});
  Stack deep({f("F"), g("a", "f()"), main}, {"F", "f()", "g()"},
             {f("G"), g("a", "f(1)"), new_main});
  CHECK(deep.outcome() == "2: g() -> g(1)");
}

TEST_CASE("a signature changed: its caller goes on") {
  Stack inner({f("F"), g("a", "f()")}, {"F", "f()"},
              {withSignature(f("G"), "int ()"), g("a", "f()")});
  CHECK(inner.outcome() == "1: f() -> f()");
  CHECK(std::get<Landing>(inner.decision).changed);
}

TEST_CASE("the signature of the outermost function changed") {
  Stack outermost({f("F")}, {"F"}, {withSignature(f("G"), "int ()")});
  CHECK(outermost.outcome() == "refused: signature-changed f");
  CHECK(std::get<Refusal>(outermost.decision).detail == "void () before, int () now");
}

TEST_CASE("a function was removed: its caller goes on, or nobody can") {
  Stack inner({f("F"), g("a", "f()")}, {"F", "f()"}, {g("a", "h()")});
  CHECK(inner.outcome() == "1: f() -> h()");
  CHECK(Stack({f("F")}, {"F"}, {g("a", "b")}).outcome() == "refused: function-removed f");
  CHECK(Stack({f("F"), g("a", "f()")}, {"F", "f()"}, {f("G")}).outcome() ==
        "refused: function-removed g");
}

TEST_CASE("code that cannot be gone on in: the next frame tries its statement again") {
  FunctionTable gone = notResumable(f("F")), gone2 = gone;
  gone2.code_hash = 2;
  CHECK(Stack({gone, g("a", "f()")}, {"", "f()"}, {gone2, g("a", "f()")}).outcome() ==
        "1: f() -> f()");
  Stack none({gone}, {""}, {gone2});
  CHECK(none.outcome() == "refused: not-resumable f");
  CHECK(std::get<Refusal>(none.decision).detail == "it is a destructor");
}

TEST_CASE("a frame whose statement is not known is left") {
  CHECK(Stack({f("F"), g("a", "f()")}, {"", "f()"}, {f("G"), g("a", "f()")}).outcome() ==
        "1: f() -> f()");
  CHECK(Stack({f("F")}, {""}, {f("G")}).outcome() == "refused: not-resumable f");
}

TEST_CASE("nothing changed and the innermost code has no guards: its caller tries again") {
  FunctionTable gone = notResumable(f("F"));
  CHECK(Stack({gone, g("a", "f()")}, {"", "f()"}, {gone, g("a", "f()")}).outcome() ==
        "1: f() -> f()");
}

TEST_CASE("recursion: the innermost call goes on, the others finish") {
  FunctionTable before =
      function("r", {expr("a"), ifThen("if (n)", {expr("r(n - 1)")}), expr("F")});
  FunctionTable after = function("r", {expr("a"), ifThen("if (n)", {expr("r(n - 1)")}), expr("G")});
  Stack recursion({before, before, before}, {"F", "r(n - 1)", "r(n - 1)"}, {after});
  CHECK(recursion.outcome() == "0: F -> G");
  CHECK(recursion.notes().size() == 1);
}

TEST_CASE("a mark in an outer function chooses its frame") {
  FunctionTable new_g = g("a", "f()");
  new_g.restart_mark = true;
  CHECK(Stack({f("F"), g("a", "f()")}, {"F", "f()"}, {f("F"), new_g}).outcome() == "1: f() -> a");
}
