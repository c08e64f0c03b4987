// What a journal holds, as plain data: one struct for each kind of record, one line of JSON each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jithost {

/// Of the journal's lines. A reader knows this one and all before it.
inline constexpr uint32_t kJournalFormat = 1;
/// How every journal begins.
inline constexpr std::string_view kJournalMark = R"({"record":"jit-host journal",)";

/// A source of the program, or a file of a patch or an action.
struct JournalFile {
  std::string name;                // as it was dropped; empty for sources
  std::string path;                // absolute; empty for what was dropped
  std::string hash;                // SHA-256 of the text
  std::optional<std::string> text; // nothing: the journal has the text of this hash already
};

/// The first record: how the run was launched.
struct LaunchRecord {
  uint32_t format = kJournalFormat;
  std::string host_version;
  std::vector<std::string> command_line;
  std::vector<std::string> sources;           // absolute
  std::vector<std::string> program_arguments; // what stands after --
  std::string folder;                         // working folder
  int64_t process = 0;
  std::string started; // local time and its distance from UTC: 2031-05-17 09:30:00.250 +0200
};

/// Version 1 with all files, at the first pause; later ones with the files that changed.
struct VersionRecord {
  uint32_t number = 0;
  uint64_t answer = 0; // that brought it; 0: the launch
  std::vector<JournalFile> files;
};

struct JournalFrame {
  std::string function, file;
  uint32_t line = 0;
};

struct FailureRecord {
  uint64_t failure = 0;             // its number in the run; those that are handled count as well
  std::string thread;               // empty: the main one
  std::string what;                 // "std::out_of_range"
  std::string message;              // may have several lines
  std::string function;             // that is paused in; empty: it cannot be paused
  std::string file;                 // absolute
  uint32_t line = 0;                // counted from 1
  std::string statement;            // its tokens
  uint32_t version = 0;             // the newest at that time
  std::string source_line;          // as it stands in the source
  std::vector<JournalFrame> frames; // innermost first
};

/// From here on the run waits. A failure in code that another thread's patch mended has none.
struct PauseRecord {
  uint64_t failure = 0;
  double failure_to_pause_ms = 0;
};

/// Files that were dropped. Answers are counted from 1; a patch and its actions are one.
struct PatchRecord {
  uint64_t answer = 0, failure = 0;
  std::vector<JournalFile> files;
};

struct ActionRecord {
  uint64_t answer = 0, failure = 0;
  JournalFile file;
};

struct CommandRecord {
  uint64_t answer = 0, failure = 0;
  std::string word, argument;
};

/// A question about going back, asked while a patch was prepared.
struct ChoiceRecord {
  uint64_t answer = 0;
  std::vector<std::string> run_again; // statements that a yes runs again
  std::optional<bool> choice;         // nothing: nobody answered
};

/// What became of an answer. A process that dies in between leaves an answer without outcome.
struct OutcomeRecord {
  uint64_t answer = 0;
  std::string outcome; // applied, done, refused, failed
  std::string reason;
  uint32_t version = 0; // the newest afterwards
  double detect_ms = 0, compile_ms = 0, link_ms = 0, rebind_ms = 0;
  std::string compile_way, why_more; // as in --stats
  std::vector<std::string> functions_changed;
};

struct ResumedRecord {
  uint64_t failure = 0;
  std::string function, file;
  uint32_t line = 0;
  double total_ms = 0; // files settled, or command given, until here
};

/// The answer before it came from a replayed journal; or the replay ended with a difference.
struct ReplayedRecord {
  uint64_t failure = 0, answer = 0;
  std::string difference;
};

/// Records could not be written.
struct GapRecord {
  uint64_t lost = 0;
};

struct EndRecord {
  int32_t exit_code = 0;
};

struct Record {
  double at_ms = 0; // since the launch
  std::variant<LaunchRecord, VersionRecord, FailureRecord, PauseRecord, PatchRecord, ActionRecord,
               CommandRecord, ChoiceRecord, OutcomeRecord, ResumedRecord, ReplayedRecord, GapRecord,
               EndRecord>
      content;
};

/// One line, with its line break. What is no UTF-8 is replaced, except in the texts of files, which
/// come back as they were.
std::string lineOf(const Record &record);

/// \param line without its line break. Nothing: it is damaged.
std::optional<Record> recordOf(std::string_view line);

/// The format that a journal's first line names; 0: none.
uint32_t formatOf(std::string_view line);

/// SHA-256, as sha256sum prints it.
std::string textHash(std::string_view text);

} // namespace jithost
