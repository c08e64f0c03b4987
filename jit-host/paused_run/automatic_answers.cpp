// Connects rules, retries and the repair command with the paused run.
#include "automatic_answers.h"

#include "instrument/body_names.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <spdlog/fmt/fmt.h>

namespace jithost {
namespace {

bool canGoOn(const StackFrame &frame) { return frame.code->resumable && frame.statement != 0; }

bool samePlace(const Statement &one, const Statement &other) {
  return one.file == other.file && one.begin_line == other.begin_line &&
         one.begin_column == other.begin_column && one.end_line == other.end_line &&
         one.end_column == other.end_column;
}

/// What a macro stands for is one statement.
const Statement *asWritten(const FunctionTable &code, uint32_t id) {
  const Statement *here = code.statement(id);
  while (const Statement *around = code.statement(here->parent)) {
    if (!samePlace(*here, *around))
      break;
    here = around;
  }
  return here;
}

const Statement *ifAround(const FunctionTable &code, const Statement &statement) {
  const Statement *around = code.statement(statement.parent);
  return around && around->kind == StatementKind::If ? around : nullptr;
}

/// The statement itself, or the `if` of the macro that it is a part of.
const Statement *conditionOf(const FunctionTable &code, uint32_t id) {
  const Statement *here = code.statement(id), *around = here;
  while ((around = code.statement(around->parent)) && samePlace(*here, *around))
    if (around->kind == StatementKind::If)
      return around;
  return here;
}

bool alwaysReached(const FunctionTable &code, const Statement &statement) {
  return statement.parent == 0 &&
         std::none_of(code.statements.begin(), code.statements.end(), [&](const Statement &other) {
           return other.id < statement.id && other.kind == StatementKind::Return;
         });
}

bool isThrow(const Statement &statement) {
  return statement.text == "throw" || statement.text.starts_with("throw ");
}

FailureFacts factsOf(const PauseScreen &screen) {
  return {screen.what, screen.message, screen.function, screen.file, screen.line, screen.end_line};
}

std::string launchFolder() {
  std::error_code error;
  std::string folder = std::filesystem::current_path(error).string();
  return error ? "/" : folder;
}

RepairSettings settingsFrom(const Options &options, const std::string &launch_folder) {
  return {options.repair_command, launch_folder, options.repair_time, options.repair_tries,
          options.repair_confirm};
}

} // namespace

RetryStart retryStart(const std::vector<StackFrame> &stack, size_t index, RetryFrom from) {
  auto begin = from == RetryFrom::Call ? asWritten : conditionOf;
  const Statement *here = begin(*stack[index].code, stack[index].statement);
  bool only_throws = isThrow(*here);
  size_t at = index;
  while (only_throws) {
    auto caller = std::find_if(stack.begin() + at + 1, stack.end(), canGoOn);
    const Statement *around = ifAround(*stack[at].code, *here);
    if (around && (from == RetryFrom::Condition || caller == stack.end()))
      return {at, around->id};
    if (caller == stack.end())
      break;
    bool always = alwaysReached(*stack[at].code, *here); // then the call of it only throws, too
    at = caller - stack.begin();
    here = begin(*caller->code, caller->statement);
    only_throws = always && here->id == caller->statement;
  }
  return {at, here->id};
}

AutomaticAnswers::AutomaticAnswers(const Options &options, Session &session,
                                   const VersionStore &versions, PatchWatcher &watcher,
                                   Console &console)
    : session_(session), versions_(versions), watcher_(watcher), console_(console),
      rules_(options.failure_rules), otherwise_(*parseFailureAnswer(options.on_failure)),
      launch_folder_(launchFolder()),
      command_(settingsFrom(options, launch_folder_), console, watcher,
               [this](const std::string &name) { return versions_.filesNamed(name); }) {
  console_.limitQuestions(options.pause_timeout);
}

FailureAnswer AutomaticAnswers::answerTo(const FailureFacts &failure) const {
  return jithost::answerTo(failure, rules_, otherwise_);
}

bool AutomaticAnswers::alwaysFails() const {
  return rules_.empty() && otherwise_.course == Course::Fail;
}

/// The guard that will be met first is that of the innermost statement known.
bool AutomaticAnswers::fails(const Failure &failure, const std::vector<StackFrame> &stack) const {
  auto here = std::find_if(stack.begin(), stack.end(), canGoOn);
  FailureFacts facts{failure.type, failure.message, "", "", 0, 0};
  if (here != stack.end()) {
    const Statement &statement = *here->code->statement(here->statement);
    facts.function = here->code->name;
    facts.file = statement.file;
    facts.line = statement.begin_line;
    facts.end_line = statement.end_line;
  }
  return answerTo(facts).course == Course::Fail;
}

bool AutomaticAnswers::begunAgain(const std::string &continuation) const {
  std::string flag = againFlagName(continuation);
  if (!session_.knows(flag))
    return false; // its statement stands in no loop
  auto address = session_.lookup(flag);
  if (address)
    return *reinterpret_cast<const volatile uint8_t *>(*address) != 0;
  llvm::consumeError(address.takeError());
  return false;
}

std::optional<PauseAnswer> AutomaticAnswers::retry(const PauseScreen &screen,
                                                   const std::vector<StackFrame> &stack,
                                                   size_t index) {
  std::vector<std::string> stuck;
  for (size_t i = index; i < stack.size(); ++i)
    if (std::string name = bodyName(stack[i].symbol, stack[i].label); !begunAgain(name))
      stuck.push_back(std::move(name));
  FailureFacts facts = factsOf(screen);
  std::optional<Retry> retry = retries_.atFailure(facts, answerTo(facts), stuck);
  if (!retry)
    return std::nullopt;
  console_.note(fmt::format("retrying {}, {} of {}, in {:g} s",
                            placeText(screen.function, screen.file, screen.line), retry->number,
                            retry->of, retry->delay_s));
  if (auto answer = console_.waitBeside(screen, watcher_, -1, retry->delay_s))
    return answer;
  return PauseAnswer{PauseCommand::Retry, {}, ""};
}

void AutomaticAnswers::retried(const PreparedPatch &retry) {
  retries_.retried(bodyName(retry.continuation_symbol, retry.continuation_label));
}

std::optional<PauseAnswer> AutomaticAnswers::repair(const PauseScreen &screen,
                                                    const Failure &failure,
                                                    const std::vector<StackFrame> &stack,
                                                    size_t index) {
  if (!command_.wants(screen, failure.number))
    return std::nullopt;
  return command_.ask(requestFor(screen, stack, index));
}

RepairRequest AutomaticAnswers::requestFor(const PauseScreen &screen,
                                           const std::vector<StackFrame> &stack,
                                           size_t index) const {
  RepairRequest request;
  request.screen = screen;
  std::set<const FunctionTable *> seen;
  for (size_t i = index; i < stack.size(); ++i) {
    const FunctionTable &code = *stack[i].code;
    const SourceFile *file = versions_.source(code.file, versionOf(stack[i].label));
    if (!file || !seen.insert(&code).second)
      continue;
    request.functions.push_back({code.name, code.file, code.begin_line, code.end_line,
                                 linesBetween(file->text, code.begin_line, code.end_line)});
  }
  request.sources = versions_.sources();
  for (const Unit &unit : versions_.units()) {
    CompileCommand command;
    command.folder = unit.job.folder.empty() ? launch_folder_ : unit.job.folder;
    command.arguments = clangArguments(unit.job);
    if (!unit.job.precompiled_header.empty())
      command.arguments.insert(command.arguments.end(),
                               {"-include-pch", unit.job.precompiled_header});
    request.compile[unit.job.source] = std::move(command);
  }
  return request;
}

void AutomaticAnswers::learn(const Preparation &preparation) {
  if (auto *failed = std::get_if<PatchFailed>(&preparation))
    command_.learn("failed", failed->reason, failed->diagnostics);
  else if (auto *refusal = std::get_if<Refusal>(&preparation))
    command_.learn("refused", sentence(*refusal), "");
}

void AutomaticAnswers::learn(bool applied) {
  if (applied)
    command_.learn("applied", "", "");
  else
    command_.learn("failed", "an action of it failed", "");
}

} // namespace jithost
