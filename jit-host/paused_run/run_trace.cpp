// A run's events as records, and recorded answers as answers to a pause.
#include "run_trace.h"

#include "pause_screen.h"

#include <chrono>
#include <ctime>
#include <llvm/Support/FileSystem.h>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>

namespace jithost {
namespace {

struct CommandName {
  PauseCommand command;
  const char *word;
};

constexpr CommandName kCommandNames[] = {
    {PauseCommand::Retry, "retry"},       {PauseCommand::Skip, "skip"},
    {PauseCommand::Restart, "restart"},   {PauseCommand::Goto, "goto"},
    {PauseCommand::Return, "return"},     {PauseCommand::Frame, "frame"},
    {PauseCommand::Print, "print"},       {PauseCommand::Eval, "eval"},
    {PauseCommand::Set, "set"},           {PauseCommand::Focus, "focus"},
    {PauseCommand::Diff, "diff"},         {PauseCommand::Undo, "undo"},
    {PauseCommand::Versions, "versions"}, {PauseCommand::Rescue, "rescue"},
    {PauseCommand::Quit, "quit"},
};

std::string wordOf(PauseCommand command) {
  for (const CommandName &name : kCommandNames)
    if (name.command == command)
      return name.word;
  return "";
}

bool goesOnWith(PauseCommand command) {
  switch (command) {
  case PauseCommand::Retry:
  case PauseCommand::Skip:
  case PauseCommand::Restart:
  case PauseCommand::Goto:
  case PauseCommand::Return:
  case PauseCommand::Undo:
  case PauseCommand::Patch:
    return true;
  default:
    return false;
  }
}

std::string localTime() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  time_t seconds = ms / 1000;
  tm local{};
  localtime_r(&seconds, &local);
  char day[32], zone[8];
  std::strftime(day, sizeof day, "%F %T", &local);
  std::strftime(zone, sizeof zone, "%z", &local);
  return fmt::format("{}.{:03} {}", day, ms % 1000, zone);
}

LaunchRecord launchRecord(const Options &options, const std::vector<std::string> &command_line) {
  LaunchRecord launch;
  launch.host_version = hostVersion();
  launch.command_line = command_line;
  for (const ProgramSource &source : options.sources)
    launch.sources.push_back(source.path);
  launch.program_arguments = options.program_arguments;
  llvm::SmallString<256> folder;
  if (!llvm::sys::fs::current_path(folder))
    launch.folder = std::string(folder);
  launch.started = localTime();
  return launch;
}

std::vector<JournalFile> hashedSources(const VersionStore &versions) {
  std::vector<JournalFile> files;
  for (const SourceFile &source : versions.sources())
    files.push_back({"", source.path, textHash(source.text), std::nullopt});
  return files;
}

PauseAnswer answerFrom(const RecordedAnswer &recorded) {
  PauseAnswer answer;
  for (const CommandName &name : kCommandNames)
    if (recorded.word == name.word)
      answer.command = name.command;
  answer.argument = recorded.argument;
  if (!recorded.word.empty())
    return answer;
  answer.command = PauseCommand::Patch;
  answer.patch.in_folder = false;
  answer.patch.settled_at_ms = answer.patch.detected_at_ms = nowMs();
  for (const JournalFile &file : recorded.files)
    answer.patch.files.push_back({file.name, file.name, file.text.value_or("")});
  return answer;
}

llvm::Expected<Replay> replayOf(const std::string &path) {
  llvm::Expected<JournalContents> journal = readJournal(path);
  if (!journal)
    return journal.takeError();
  std::string why = !journal->damaged_lines.empty()
                        ? fmt::format("is damaged at line {}", journal->damaged_lines[0])
                    : journal->cut ? std::string("is cut in the middle of a record")
                                   : std::string();
  if (!why.empty())
    std::fprintf(stderr, "jit-host: replay: %s %s; it is replayed up to there\n", path.c_str(),
                 why.c_str());
  return Replay(recordedRun(journal->records, journal->before_damage));
}

} // namespace

llvm::Expected<std::unique_ptr<RunTrace>> RunTrace::create(const Options &options) {
  auto trace = std::make_unique<RunTrace>();
  if (!options.journal.empty())
    if (llvm::Error error = Journal::check(options.journal))
      return std::move(error);
  if (options.replay.empty())
    return trace;
  llvm::Expected<Replay> replay = replayOf(options.replay);
  if (!replay)
    return replay.takeError();
  trace->replay_ = std::move(*replay);
  return trace;
}

llvm::Error RunTrace::begin(const Options &options, const std::vector<std::string> &command_line,
                            double started_ms, const VersionStore &versions, Console &console) {
  process_ = getpid();
  versions_ = &versions;
  console_ = &console;
  auto journal = Journal::create(options.journal, launchRecord(options, command_line), started_ms);
  if (!journal)
    return journal.takeError();
  journal_ = std::move(*journal);
  return llvm::Error::success();
}

void RunTrace::cannotPause(const Failure &failure, const std::vector<StackFrame> &stack) {
  FailureRecord record;
  record.failure = failure.number;
  record.thread = failure.thread ? "thread " + std::to_string(failure.thread) : "";
  record.what = failure.type;
  record.message = withoutBacktrace(failure.message);
  record.version = versions_->number();
  for (const StackFrame &frame : stack)
    record.frames.push_back({frame.code->name, frame.file, frame.line});
  journal_->write(std::move(record));
}

void RunTrace::failed(const Failure &failure, const PauseScreen &screen) {
  failure_ = FailureRecord();
  failure_.failure = failure.number;
  failure_.thread = screen.thread;
  failure_.what = screen.what;
  failure_.message = screen.message;
  failure_.function = screen.function;
  failure_.file = screen.file;
  failure_.line = screen.line;
  failure_.statement = screen.statement;
  failure_.version = versions_->number();
  if (screen.line > 0 && screen.line <= screen.source.size())
    failure_.source_line = screen.source[screen.line - 1];
  for (const ShownFrame &frame : screen.frames)
    failure_.frames.push_back({frame.function, frame.file, frame.line});
  answer_open_ = from_replay_ = false;
  if (version_ == 0)
    writeVersion();
  journal_->write(failure_);
}

bool RunTrace::pauses(double failure_to_pause_ms) {
  journal_->write(PauseRecord{failure_.failure, failure_to_pause_ms});
  bool known = replay_.active() && replay_.pauses(failure_, hashedSources(*versions_));
  saySo(replay_.difference());
  return known;
}

/// The first difference, after which everything is asked again.
void RunTrace::saySo(const std::string &difference) {
  if (difference.empty())
    return;
  console_->note("replay: difference: " + difference + "; from here on the run pauses as usual");
  journal_->write(ReplayedRecord{failure_.failure, 0, difference});
}

std::optional<PauseAnswer> RunTrace::nextAnswer(const PauseScreen &screen) {
  const RecordedAnswer *recorded = replay_.next();
  from_replay_ = recorded != nullptr;
  if (recorded) {
    console_->note("replay: applying the " + answerText(*recorded) + " of the journal");
    return answerFrom(*recorded);
  }
  if (std::string difference = replay_.difference(); !difference.empty()) {
    saySo(difference);
    console_->showScreen(screen); // only the line of it has been shown
  }
  return std::nullopt;
}

void RunTrace::answered(const PauseAnswer &answer) {
  if (answer.command == PauseCommand::TimedOut || answer.command == PauseCommand::Terminate)
    return;
  answer_open_ = true;
  expects_to_go_on_ = goesOnWith(answer.command);
  uint64_t number = ++answers_;
  PatchRecord patch{number, failure_.failure, {}};
  for (const PatchFile &dropped : answer.patch.files) {
    JournalFile file{dropped.name, "", textHash(dropped.text), dropped.text};
    texts_.insert(file.hash);
    if (isActionFile(file.name))
      journal_->write(ActionRecord{number, failure_.failure, std::move(file)});
    else
      patch.files.push_back(std::move(file));
  }
  if (!patch.files.empty())
    journal_->write(std::move(patch));
  if (answer.command != PauseCommand::Patch)
    journal_->write(
        CommandRecord{number, failure_.failure, wordOf(answer.command), answer.argument});
  if (from_replay_)
    journal_->write(ReplayedRecord{failure_.failure, number, ""});
}

void RunTrace::chose(const Question &question, std::optional<bool> choice) {
  journal_->write(ChoiceRecord{answers_, question.run_again, choice});
}

void RunTrace::outcome(const PatchMetrics &metrics) {
  OutcomeRecord record;
  record.outcome = metrics.outcome;
  record.reason = metrics.reason;
  record.detect_ms = metrics.detect_ms;
  record.compile_ms = metrics.compile_ms;
  record.link_ms = metrics.link_ms;
  record.rebind_ms = metrics.rebind_ms;
  record.compile_way = metrics.compile_way;
  record.why_more = metrics.why_more;
  record.functions_changed = metrics.functions_changed;
  writeOutcome(std::move(record));
}

void RunTrace::outcome(const std::string &outcome, const std::string &reason) {
  OutcomeRecord record;
  record.outcome = outcome;
  record.reason = reason;
  writeOutcome(std::move(record));
}

void RunTrace::obeyed(bool goes_on) {
  outcome(goes_on || !expects_to_go_on_ ? "done" : "refused", "");
}

void RunTrace::writeOutcome(OutcomeRecord record) {
  if (!answer_open_)
    return; // told already, or nobody's answer: a frame that follows another thread's patch
  answer_open_ = false;
  record.answer = answers_;
  record.version = versions_->number();
  if (record.outcome != "applied" && record.outcome != "done")
    replay_.outcome(record.reason.empty() ? record.outcome : record.reason);
  journal_->write(std::move(record));
  if (versions_->number() != version_)
    writeVersion();
}

/// What changed since the version that the journal has last.
void RunTrace::writeVersion() {
  VersionRecord record;
  record.number = version_ = versions_->number();
  record.answer = answers_;
  if (!journal_->records())
    return;
  for (const SourceFile &source : versions_->sources()) {
    std::string hash = textHash(source.text);
    if (std::exchange(hashes_[source.path], hash) == hash)
      continue;
    bool known = !texts_.insert(hash).second;
    record.files.push_back(
        {"", source.path, hash, known ? std::nullopt : std::optional(source.text)});
  }
  journal_->write(std::move(record));
}

void RunTrace::resumed(const Failure &failure, const std::string &function, const std::string &file,
                       unsigned line, double total_ms) {
  journal_->write(ResumedRecord{failure.number, function, file, line, total_ms});
  journal_->keep();
}

void RunTrace::ended(int exit_code) {
  if (getpid() != process_)
    return;
  replay_.ends(exit_code);
  if (std::string difference = replay_.difference(); !difference.empty())
    console_->note("replay: difference: " + difference);
  journal_->write(EndRecord{exit_code});
  journal_->keep();
}

} // namespace jithost
