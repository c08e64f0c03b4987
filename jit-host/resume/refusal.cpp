// The sentences of all refusals: the thing, what was found, what to do instead.
#include "refusal.h"

#include <algorithm>

namespace jithost {
namespace {

/// The pieces of a sentence, ready to be put in: each is empty when there is nothing to say.
struct Pieces {
  std::string thing; // "`x`"
  std::string at;    // " at train.cpp:41"
  std::string facts; // " (double before, float now)"
};

/// A place without its folder.
std::string shortPlace(const std::string &place) {
  size_t slash = place.rfind('/');
  return slash == std::string::npos ? place : place.substr(slash + 1);
}

Pieces piecesOf(const Refusal &refusal) {
  Pieces pieces;
  pieces.thing = "`" + refusal.subject + "`";
  if (!refusal.place.empty())
    pieces.at = " at " + shortPlace(refusal.place);
  if (!refusal.detail.empty())
    pieces.facts = " (" + refusal.detail + ")";
  return pieces;
}

std::string variableSentence(RefusalReason reason, const Pieces &p) {
  if (reason == RefusalReason::VariableChangedType)
    return "the type of " + p.thing + " changed" + p.at + p.facts +
           " while a run stands in its scope; keep its type and add a new variable, or end the "
           "scope "
           "first";
  if (reason == RefusalReason::VariableWithoutValue)
    return p.thing + p.at + " has no value where the run would go on" + p.facts +
           "; declare it right before the failing statement or inside its loop, so that its "
           "declaration runs first";
  return p.thing + p.at + " was removed" + p.facts +
         " while it holds an object that the new code would not destroy; keep its declaration as "
         "long "
         "as a run stands in its scope";
}

std::string functionSentence(RefusalReason reason, const Pieces &p) {
  if (reason == RefusalReason::SignatureChanged)
    return "the signature of " + p.thing + " changed" + p.at + p.facts +
           " while a call of it is running; keep the old signature and add a function of another "
           "name, or an overload";
  if (reason == RefusalReason::FunctionRemoved)
    return p.thing + " was removed" + p.facts +
           " while a call of it is running; keep it in the sources until that call has returned";
  return "no active function can be gone on in: " + p.thing + p.at + p.facts +
         "; put the repair into a function that it was called from, or into one that it calls";
}

std::string statementSentence(RefusalReason reason, const Pieces &p) {
  static const std::string mark = "write `// jit-host: resume` at the statement to go on at";
  switch (reason) {
  case RefusalReason::LoopRemoved:
    return "the loop " + p.thing + p.at + p.facts +
           " is still running but has no counterpart in the new code; keep the loop (its body and "
           "its "
           "header may change), or " +
           mark;
  case RefusalReason::NoStatementLeft:
    return "nothing is left in " + p.thing + p.at + " to go on with" + p.facts +
           "; keep a statement where the failing one was, or " + mark;
  case RefusalReason::StorageNotInitialised:
    return "going on" + p.at + " would use " + p.thing + " before it is initialised" + p.facts +
           "; initialise it after that place, or " + mark + ", before the initialisation";
  case RefusalReason::AddressKept:
    return "the address of " + p.thing + p.at + p.facts +
           " would be kept, but the optimiser has it in a register, and the copy that the "
           "statements work on is gone behind them; point to something that stays: a static "
           "variable, a member, or what `new` returns";
  case RefusalReason::LeavesBlock:
    return "what is to be executed in " + p.thing + p.at + " would leave its block" + p.facts +
           "; leave it out (return, break, continue, goto) and say `return`, `skip` or `goto` to "
           "the "
           "paused run";
  default:
    return "going back in " + p.thing + p.at + " would run again what has run already" + p.facts +
           "; allow it with --go-back yes, go on at the failing statement with --go-back no, or " +
           mark;
  }
}

std::string fileSentence(RefusalReason reason, const Pieces &p) {
  switch (reason) {
  case RefusalReason::EmptyFile:
    return p.thing + " is empty" + p.facts + "; write the whole corrected file into it";
  case RefusalReason::NameMatchesNothing:
    return p.thing + " names no source and no header of the program" + p.facts +
           "; give it the name of the file it replaces";
  default:
    return p.thing + " may stand for several files of the program" + p.facts +
           "; put it into folders named like those of the file it replaces";
  }
}

std::string rawSentence(const Refusal &refusal, const Pieces &p) {
  switch (refusal.reason) {
  case RefusalReason::VariableChangedType:
  case RefusalReason::VariableWithoutValue:
  case RefusalReason::VariableRemoved:
    return variableSentence(refusal.reason, p);
  case RefusalReason::ClassChangedLayout:
    return "the layout of class " + p.thing + " changed" + p.at + p.facts +
           " while objects of it may be alive; keep its members, bases and virtual functions as "
           "they "
           "are and put new data outside the class, or start the program again";
  case RefusalReason::ModuleChangedLayout:
    return "the layout of module " + p.thing + " changed" + p.at + p.facts +
           " while the model is alive; keep its members as they are and make a new submodule where "
           "it "
           "is used, as `static auto extra = register_module(\"extra\", ...)` in `forward`: it is "
           "then "
           "trained and saved with the model, once the optimizer is given its parameters";
  case RefusalReason::ResultChangedType:
    return "the result of " + p.thing + " changed its type" + p.at + p.facts +
           "; keep it and add a function of another name";
  case RefusalReason::GlobalChangedType:
    return "the type of the variable " + p.thing + " changed" + p.at + p.facts +
           " while it holds a value; keep it as it is and add a variable of another name";
  case RefusalReason::SignatureChanged:
  case RefusalReason::FunctionRemoved:
  case RefusalReason::NotResumable:
    return functionSentence(refusal.reason, p);
  case RefusalReason::LoopRemoved:
  case RefusalReason::NoStatementLeft:
  case RefusalReason::WouldRunAgain:
  case RefusalReason::StorageNotInitialised:
  case RefusalReason::LeavesBlock:
  case RefusalReason::AddressKept:
    return statementSentence(refusal.reason, p);
  case RefusalReason::LambdaChangedCaptures:
    return "the lambda" + p.at + " in " + p.thing + " captures or takes something else now" +
           p.facts +
           " while a call of it is running, and the run would go on behind the place where its "
           "closure was made; keep its captures and parameters and reach new values through a "
           "static variable, or go on where the closure is made with `// jit-host: resume`";
  case RefusalReason::ThreadLocalAdded:
    return p.thing + p.at +
           " is a new thread_local variable with a constructor in a source that has "
           "others" +
           p.facts +
           ", and threads that exist would not construct it; make it a static variable of the "
           "function "
           "that uses it";
  case RefusalReason::EmptyFile:
  case RefusalReason::NameMatchesNothing:
  case RefusalReason::NameAmbiguous:
    return fileSentence(refusal.reason, p);
  }
  return p.thing + p.at + p.facts;
}

} // namespace

std::string sentence(const Refusal &refusal) {
  std::string line = rawSentence(refusal, piecesOf(refusal));
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string_view reasonName(RefusalReason reason) {
  switch (reason) {
  case RefusalReason::VariableChangedType:
    return "variable-changed-type";
  case RefusalReason::VariableWithoutValue:
    return "variable-without-value";
  case RefusalReason::VariableRemoved:
    return "variable-removed";
  case RefusalReason::ClassChangedLayout:
    return "class-changed-layout";
  case RefusalReason::ModuleChangedLayout:
    return "module-changed-layout";
  case RefusalReason::ResultChangedType:
    return "result-changed-type";
  case RefusalReason::GlobalChangedType:
    return "global-changed-type";
  case RefusalReason::SignatureChanged:
    return "signature-changed";
  case RefusalReason::FunctionRemoved:
    return "function-removed";
  case RefusalReason::LoopRemoved:
    return "loop-removed";
  case RefusalReason::NoStatementLeft:
    return "no-statement-left";
  case RefusalReason::NotResumable:
    return "not-resumable";
  case RefusalReason::WouldRunAgain:
    return "would-run-again";
  case RefusalReason::StorageNotInitialised:
    return "storage-not-initialised";
  case RefusalReason::LambdaChangedCaptures:
    return "lambda-changed-captures";
  case RefusalReason::ThreadLocalAdded:
    return "thread-local-added";
  case RefusalReason::LeavesBlock:
    return "leaves-block";
  case RefusalReason::AddressKept:
    return "address-kept";
  case RefusalReason::EmptyFile:
    return "empty-file";
  case RefusalReason::NameMatchesNothing:
    return "name-matches-nothing";
  case RefusalReason::NameAmbiguous:
    return "name-ambiguous";
  }
  return "unknown";
}

} // namespace jithost
