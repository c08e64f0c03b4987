// The records of a journal, put together: each failure with its pause, what was tried, and how it
// went on.
#pragma once

#include "records.h"

namespace jithost {

/// What a version changed in a file; an empty text where there was none.
struct FileChange {
  std::string path, before, after;
};

/// A patch with its actions, or a command.
struct RecordedAnswer {
  uint64_t number = 0;
  double at_ms = 0;
  std::string word, argument; // of a command; empty: files
  std::vector<JournalFile> files;
  std::vector<std::optional<bool>> choices; // in the order of the questions
  std::optional<OutcomeRecord> outcome;     // nothing: the process died before
  double outcome_at_ms = 0;
  std::vector<FileChange> changes;
  bool replayed = false;
};

struct RecordedFailure {
  FailureRecord failure;
  double at_ms = 0;
  std::optional<double> paused_at_ms; // nothing: it did not pause
  double failure_to_pause_ms = 0;
  std::vector<RecordedAnswer> answers;
  std::optional<ResumedRecord> resumed;
  double resumed_at_ms = 0;
  std::string difference; // with which a replay ended here
};

struct RecordedRun {
  std::optional<LaunchRecord> launch;
  std::vector<JournalFile> sources; // of version 1; empty before the first pause
  std::vector<RecordedFailure> failures;
  std::optional<int> exit_code; // nothing: incomplete
  double last_ms = 0;           // of the last record
};

/// \param count how many of `records` to take
RecordedRun recordedRun(const std::vector<Record> &records, size_t count);

/// "patch of a.cpp, b.h", "action x.action.cpp", "command eval a = 3"
std::string answerText(const RecordedAnswer &answer);

/// Whether it did what was wanted, so that a replay does it again.
bool succeeded(const RecordedAnswer &answer);

bool isActionFile(const std::string &name);

} // namespace jithost
