// Where a paused run goes on in new code, as one line. A case names the old body, the failing
// statement and the new body; its outcome reads "guard of the old code -> statement of the new
// code". Statements whose text contains `()` have effects when they run twice.
#pragma once

#include <doctest/doctest.h>

#include "resume/resume_map.h"
#include "table_builder.h"

#include <algorithm>

namespace jithost::test {

inline std::string textOf(const FunctionTable &table, uint32_t id) {
  const Statement &statement = *table.statement(id);
  if (statement.kind == StatementKind::End)
    return "}";
  return statement.text.empty() ? "{" : statement.text;
}

inline std::string arrow(const FunctionTable &before, const FunctionTable &after,
                         const Landing &landing) {
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

inline std::string outcome(const Nodes &old_body, const std::string &failing, const Nodes &new_body,
                           GoBack go_back = GoBack::Ask) {
  return Case(old_body, failing, new_body, go_back).outcome();
}

inline Node loop(Nodes body) { return whileLoop("while (true)", std::move(body)); }
inline Node x(std::string text) { return decl(std::move(text), {value("x")}); }
inline Node tensor(std::string text) { return decl(std::move(text), {object("t")}); }

} // namespace jithost::test
