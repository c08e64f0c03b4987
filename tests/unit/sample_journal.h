// A small recorded run for tests: a refused patch, a patch, a retry, and a command that failed.
#pragma once

#include "trace/records.h"

namespace jithost {

inline JournalFile sourceFile(const std::string &path, const std::string &text) {
  return {"", path, textHash(text), text};
}

inline JournalFile droppedFile(const std::string &name, const std::string &text) {
  return {name, "", textHash(text), text};
}

inline FailureRecord someFailure(uint64_t number, const std::string &what, uint32_t line) {
  FailureRecord failure;
  failure.failure = number;
  failure.what = what;
  failure.message = "index 3 is out of range";
  failure.function = "train";
  failure.file = "/run/a.cpp";
  failure.line = line;
  failure.statement = "sum += at ( " + std::to_string(line) + " )";
  failure.source_line = "  sum += at(" + std::to_string(line) + ");";
  failure.version = 1;
  failure.frames = {{"train", "/run/a.cpp", line}, {"main", "/run/a.cpp", 40}};
  return failure;
}

inline OutcomeRecord outcomeOf(uint64_t answer, const std::string &outcome,
                               const std::string &reason = "") {
  OutcomeRecord record;
  record.answer = answer;
  record.outcome = outcome;
  record.reason = reason;
  record.version = 1;
  return record;
}

/// Times are 1 s apart.
inline std::vector<Record> sampleRecords() {
  LaunchRecord launch;
  launch.host_version = "0.1.0";
  launch.command_line = {"jit-host", "a.cpp"};
  launch.folder = "/run";
  launch.process = 7;
  launch.started = "2031-05-17 09:30:00.250 +0200";
  OutcomeRecord applied = outcomeOf(2, "applied");
  applied.version = 2;
  applied.compile_way = "bodies";
  applied.compile_ms = 12;
  applied.functions_changed = {"train()"};
  VersionRecord second{2, 2, {sourceFile("/run/a.cpp", "a\nnew\nc\n")}};
  second.files[0].text.reset();
  std::vector<Record> records;
  auto add = [&](auto content) {
    records.push_back({1000.0 * records.size(), std::move(content)});
  };
  add(launch);
  add(VersionRecord{1, 0, {sourceFile("/run/a.cpp", "a\nb\nc\n")}});
  add(someFailure(1, "std::out_of_range", 12));
  add(PauseRecord{1, 0.5});
  add(PatchRecord{1, 1, {droppedFile("a.cpp", "a\n")}});
  add(outcomeOf(1, "refused", "a variable changed its type"));
  add(PatchRecord{2, 1, {droppedFile("a.cpp", "a\nnew\nc\n")}});
  add(ChoiceRecord{2, {"a.cpp:3: b();"}, true});
  add(applied);
  add(second);
  add(ResumedRecord{1, "train", "/run/a.cpp", 12, 70000});
  add(someFailure(4, "std::bad_alloc", 20));
  add(PauseRecord{4, 0.5});
  add(CommandRecord{3, 4, "eval", "x = 1"});
  add(outcomeOf(3, "failed", "x is not known"));
  add(CommandRecord{4, 4, "print", "y"});
  add(outcomeOf(4, "done"));
  add(CommandRecord{5, 4, "retry", ""});
  add(outcomeOf(5, "applied"));
  add(ResumedRecord{4, "train", "/run/a.cpp", 20, 3});
  add(EndRecord{3});
  return records;
}

inline std::string textOf(const std::vector<Record> &records) {
  std::string text;
  for (const Record &record : records)
    text += lineOf(record);
  return text;
}

} // namespace jithost
