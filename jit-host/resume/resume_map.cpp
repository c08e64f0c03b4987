// The resume map: from the place where a run stands in old code to the place where it goes on in
// new code.
//
// A landing is three decisions: a frame, a target (a statement of the new code), and a guard (a
// statement of the old code). The frame is unwound to the guard, and what is in scope there is what
// the target finds.
//
//     old                                 new
//     for (auto &batch : loader) {        for (auto &batch : loader) {
//       optimizer.zero_grad();              optimizer.zero_grad();
//       auto x = shape(batch);              auto x = shape(batch).flatten(1);     <- target
//       auto y = net(x);      <- fails      auto y = net(x);
//
// The declaration of x is the first change before the failing statement, so the run goes back to
// it. x has a destructor and must not be alive there, so the guard is that of the old declaration
// of x: clang's own cleanups destroy x on the way to it. batch is in scope at both and is taken
// over.
//
// Why this is right: within one iteration, statements before the failing one have run once, in
// order. Going on at the first changed one gives them the values the new code would have given
// them, as far as nothing between has lasting effects; where it may have (it calls or assigns
// something and is unchanged), the user is asked. What stands outside the innermost loop has run
// for more than this iteration and is not gone back to: it is listed. A variable is taken over only
// by one of the same name (counted from outside among equal names), type and layout; a variable
// that the target does not know is ended by choosing a guard outside its scope, or left alone if it
// has no destructor.
//
// A block that came or went around statements is looked through: what stands inside has its
// partners across it. Braces and `try` do nothing themselves, so the run goes on inside them; an
// `if`, a loop or a `switch` has to be asked, so the run goes on at it.
//
// What it cannot do: leave a loop that is gone; tell which of several equal statements was meant;
// make a range-for of another loop, whose iterators were never made.
#include "resume_map.h"

#include "frame_choice.h"
#include "guard_choice.h"
#include "readable.h"
#include "run_again.h"
#include "statement_choice.h"

#include <cassert>

namespace jithost {
namespace {

class FrameMapper {
public:
  FrameMapper(const ActiveFrame &frame, const FunctionTable &after, FrameChoice choice)
      : before_(*frame.code), after_(after), failing_(frame.statement), pairs_(before_, after_),
        choice_(std::move(choice)) {}

  ResumeDecision decide(GoBack go_back) {
    if (uint32_t marked = markedStatement())
      return landAtMark(marked);
    StatementChoice statement = chooseStatement(pairs_, failing_);
    if (statement.refusal)
      return *statement.refusal;
    choice_.notes.insert(choice_.notes.end(), statement.notes.begin(), statement.notes.end());
    RunAgain again = runAgain(pairs_, failing_, statement.first, statement.failing);
    if (again.calling.empty() || go_back == GoBack::Yes)
      return landing(statement.first, goBackNotes(statement.first, again));
    ResumeDecision forward =
        landing(statement.failing, {"not gone back to: " + text(statement.first)});
    if (go_back == GoBack::No)
      return forward;
    ResumeDecision back = landing(statement.first, goBackNotes(statement.first, again));
    return question(std::move(back), std::move(forward), again);
  }

private:
  /// Parts of a loop's header are shown as the loop.
  std::string text(uint32_t id) const {
    const Statement &statement = *after_.statement(id);
    bool part = statement.block == kHeaderBlock;
    return placeAndText(part ? *after_.statement(statement.parent) : statement);
  }

  uint32_t markedStatement() const {
    for (const Statement &statement : after_.statements)
      if (statement.resume_mark)
        return statement.id;
    return after_.restart_mark && !after_.statements.empty() ? 1 : 0;
  }

  /// The user chose: nothing is asked, and nothing but the variables in scope can be in the way.
  ResumeDecision landAtMark(uint32_t target) {
    StatementChoice statement = chooseStatement(pairs_, failing_);
    RunAgain again = runAgain(pairs_, failing_, target, statement.failing);
    return landing(target, goBackNotes(target, again));
  }

  std::vector<std::string> goBackNotes(uint32_t target, const RunAgain &again) const {
    std::vector<std::string> notes;
    if (again.any)
      notes.push_back("goes back to " + text(target));
    for (uint32_t id : again.calling)
      notes.push_back("runs again: " + text(id));
    return notes;
  }

  ResumeDecision landing(uint32_t target, const std::vector<std::string> &more_notes) const {
    auto guard = chooseGuard(before_, failing_, after_, target);
    if (auto *refusal = std::get_if<Refusal>(&guard))
      return *refusal;
    Landing landing{choice_.frame, std::get<uint32_t>(guard), target, true, choice_.notes};
    landing.notes.insert(landing.notes.end(), more_notes.begin(), more_notes.end());
    return landing;
  }

  ResumeDecision question(ResumeDecision back, ResumeDecision forward,
                          const RunAgain &again) const {
    if (auto *refusal = std::get_if<Refusal>(&back))
      return std::move(*refusal);
    Question question;
    question.yes = std::move(std::get<Landing>(back));
    if (auto *possible = std::get_if<Landing>(&forward))
      question.no = std::move(*possible);
    else
      question.no.frame = kNoFrame;
    for (uint32_t id : again.calling)
      question.run_again.push_back(text(id));
    return question;
  }

  const FunctionTable &before_;
  const FunctionTable &after_;
  uint32_t failing_;
  StatementPairs pairs_;
  FrameChoice choice_;
};

} // namespace

Landing retryLanding(const std::vector<ActiveFrame> &frames) {
  assert(!frames.empty());
  size_t k = 0;
  while (k < frames.size() && !(frames[k].code->resumable && frames[k].statement != 0))
    ++k;
  if (k == frames.size())
    k = 0;
  return {k, frames[k].statement, frames[k].statement, false, {}};
}

ResumeDecision mapResume(const std::vector<ActiveFrame> &frames, const StatementTable &after,
                         GoBack go_back) {
  assert(!frames.empty());
  FrameChoice choice = chooseFrame(frames, after);
  if (!choice.changed)
    return retryLanding(frames);
  if (choice.refusal)
    return *choice.refusal;
  const ActiveFrame &frame = frames[choice.frame];
  const FunctionTable &now = *after.function(frame.code->symbol);
  return FrameMapper(frame, now, std::move(choice)).decide(go_back);
}

} // namespace jithost
