// Puts the records of a journal together. A record whose failure or answer is missing is left out:
// the journal may be damaged.
#include "recorded_run.h"

#include <algorithm>
#include <map>

namespace jithost {
namespace {

class Assembly {
public:
  explicit Assembly(RecordedRun &run) : run_(run) {}

  void add(const Record &record) {
    at_ms_ = record.at_ms;
    run_.last_ms = std::max(run_.last_ms, at_ms_);
    std::visit([this](const auto &content) { take(content); }, record.content);
  }

private:
  RecordedFailure *failure(uint64_t number);
  RecordedAnswer *answer(uint64_t number);
  RecordedAnswer *begin(uint64_t answer_number, uint64_t failure_number);
  const std::string &textOf(const JournalFile &file);

  void take(const LaunchRecord &launch) { run_.launch = launch; }
  void take(const VersionRecord &version);
  void take(const FailureRecord &failure);
  void take(const PauseRecord &pause);
  void take(const PatchRecord &patch);
  void take(const ActionRecord &action);
  void take(const CommandRecord &command);
  void take(const ChoiceRecord &choice);
  void take(const OutcomeRecord &outcome);
  void take(const ResumedRecord &resumed);
  void take(const ReplayedRecord &replayed);
  void take(const GapRecord &) {}
  void take(const EndRecord &end) { run_.exit_code = end.exit_code; }

  RecordedRun &run_;
  double at_ms_ = 0;
  std::map<std::string, std::string> texts_;  // by hash
  std::map<std::string, std::string> newest_; // text by path
};

/// The last one of that number: a repair that misses its statement pauses a failure again.
RecordedFailure *Assembly::failure(uint64_t number) {
  auto found = std::find_if(run_.failures.rbegin(), run_.failures.rend(),
                            [&](const auto &entry) { return entry.failure.failure == number; });
  return found == run_.failures.rend() ? nullptr : &*found;
}

RecordedAnswer *Assembly::answer(uint64_t number) {
  for (auto of = run_.failures.rbegin(); of != run_.failures.rend(); ++of)
    for (RecordedAnswer &answer : of->answers)
      if (answer.number == number)
        return &answer;
  return nullptr;
}

RecordedAnswer *Assembly::begin(uint64_t answer_number, uint64_t failure_number) {
  if (RecordedAnswer *begun = answer(answer_number))
    return begun;
  RecordedFailure *of = failure(failure_number);
  if (!of)
    return nullptr;
  RecordedAnswer &begun = of->answers.emplace_back();
  begun.number = answer_number;
  begun.at_ms = at_ms_;
  return &begun;
}

const std::string &Assembly::textOf(const JournalFile &file) {
  std::string &text = texts_[file.hash];
  if (file.text)
    text = *file.text;
  return text;
}

void Assembly::take(const VersionRecord &version) {
  RecordedAnswer *by = version.answer ? answer(version.answer) : nullptr;
  if (version.number == 1 && run_.sources.empty())
    run_.sources = version.files;
  for (const JournalFile &file : version.files) {
    std::string &text = newest_[file.path];
    if (by)
      by->changes.push_back({file.path, text, textOf(file)});
    text = textOf(file);
  }
}

void Assembly::take(const FailureRecord &failure) {
  RecordedFailure &begun = run_.failures.emplace_back();
  begun.failure = failure;
  begun.at_ms = at_ms_;
}

void Assembly::take(const PauseRecord &pause) {
  if (RecordedFailure *of = failure(pause.failure)) {
    of->paused_at_ms = at_ms_;
    of->failure_to_pause_ms = pause.failure_to_pause_ms;
  }
}

void Assembly::take(const PatchRecord &patch) {
  for (const JournalFile &file : patch.files)
    textOf(file);
  if (RecordedAnswer *begun = begin(patch.answer, patch.failure))
    begun->files.insert(begun->files.end(), patch.files.begin(), patch.files.end());
}

void Assembly::take(const ActionRecord &action) {
  if (RecordedAnswer *begun = begin(action.answer, action.failure))
    begun->files.push_back(action.file);
}

void Assembly::take(const CommandRecord &command) {
  if (RecordedAnswer *begun = begin(command.answer, command.failure)) {
    begun->word = command.word;
    begun->argument = command.argument;
  }
}

void Assembly::take(const ChoiceRecord &choice) {
  if (RecordedAnswer *asked = answer(choice.answer))
    asked->choices.push_back(choice.choice);
}

void Assembly::take(const OutcomeRecord &outcome) {
  if (RecordedAnswer *of = answer(outcome.answer)) {
    of->outcome = outcome;
    of->outcome_at_ms = at_ms_;
  }
}

void Assembly::take(const ResumedRecord &resumed) {
  if (RecordedFailure *of = failure(resumed.failure)) {
    of->resumed = resumed;
    of->resumed_at_ms = at_ms_;
  }
}

void Assembly::take(const ReplayedRecord &replayed) {
  RecordedAnswer *of = answer(replayed.answer);
  RecordedFailure *at = failure(replayed.failure);
  if (of && replayed.difference.empty())
    of->replayed = true;
  else if (at)
    at->difference = replayed.difference;
}

} // namespace

RecordedRun recordedRun(const std::vector<Record> &records, size_t count) {
  RecordedRun run;
  Assembly assembly(run);
  for (size_t i = 0; i < std::min(count, records.size()); ++i)
    assembly.add(records[i]);
  return run;
}

std::string answerText(const RecordedAnswer &answer) {
  if (!answer.word.empty())
    return "command " + answer.word + (answer.argument.empty() ? "" : " " + answer.argument);
  std::string patch, action;
  for (const JournalFile &file : answer.files) {
    std::string &list = isActionFile(file.name) ? action : patch;
    list += (list.empty() ? "" : ", ") + file.name;
  }
  if (action.empty())
    return "patch of " + patch;
  return (patch.empty() ? "" : "patch of " + patch + " with ") + "action " + action;
}

bool succeeded(const RecordedAnswer &answer) {
  return answer.outcome &&
         (answer.outcome->outcome == "applied" || answer.outcome->outcome == "done");
}

bool isActionFile(const std::string &name) { return name.ends_with(".action.cpp"); }

} // namespace jithost
