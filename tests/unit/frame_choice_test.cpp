// Which active frame a run goes on in.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "resume_case.h"

using namespace jithost;
using namespace jithost::test;

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
            "g (train.cpp:12) also changed; the statement in progress finishes in the old code"});
}

TEST_CASE("both changed, and a new mark: its frame") {
  auto marked = [](FunctionTable code, size_t statement) {
    code.statements[statement].resume_mark = true;
    return code;
  };
  Stack outer({f("F"), g("a", "f()")}, {"F", "f()"}, {f("G"), marked(g("b", "f()"), 0)});
  CHECK(outer.outcome() == "1: f() -> b");
  Stack inner({f("F"), g("a", "f()")}, {"F", "f()"}, {marked(f("G"), 0), marked(g("b", "f()"), 0)});
  CHECK(inner.outcome() == "0: F -> G");
  Stack not_new({f("F"), marked(g("a", "f()"), 0)}, {"F", "f()"},
                {f("G"), marked(function("g", {expr("c"), expr("a"), expr("f()")}), 1)});
  CHECK(not_new.outcome() == "0: F -> G");
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
  FunctionTable partly = f("F");
  partly.resumable = false;
  CHECK(Stack({partly, g("a", "f()")}, {"F", "f()"}, {f("G"), g("a", "f()")}).outcome() ==
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
