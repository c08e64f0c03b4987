// Header, one paragraph per failure, totals.
#include "story.h"

#include "human_time.h"

#include "line_changes.h"
#include "recorded_run.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace jithost {
namespace {

constexpr size_t kWidth = 100;
constexpr size_t kMessageLines = 6;
constexpr size_t kFunctions = 8;

std::string counted(size_t count, const std::string &one, const std::string &many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string counted(size_t count, const std::string &one) { return counted(count, one, one + "s"); }

std::string joined(const std::vector<std::string> &words, const std::string &between) {
  std::string text;
  for (const std::string &word : words)
    text += (text.empty() ? "" : between) + word;
  return text;
}

/// Control characters, which could do something to a terminal, become question marks.
std::string printable(std::string text) {
  for (char &character : text)
    if (static_cast<unsigned char>(character) < ' ' && character != '\t')
      character = '?';
  return text;
}

/// Whole characters of UTF-8, so that the line has at most `width` bytes.
std::string cutTo(const std::string &text, size_t width) {
  if (text.size() <= width)
    return text;
  size_t end = width - 3;
  while (end > 0 && (text[end] & 0xc0) == 0x80)
    --end;
  return text.substr(0, end) + "...";
}

/// A demangled name as people write it: without the unit of an internal function, and std::string
/// by its name.
std::string readableName(std::string name) {
  const std::string string =
      "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char>>";
  for (size_t at; (at = name.find(string)) != std::string::npos;)
    name.replace(at, string.size(), "std::string");
  return name.substr(0, name.find(" (.u"));
}

class Storyteller {
public:
  void tellHeader(const RecordedRun &run);
  void tellFailure(const RecordedFailure &failure, size_t number);
  void tellTotals(const RecordedRun &run, const JournalContents &journal);
  std::string take() { return std::move(text_); }

private:
  void addLine(size_t indent, const std::string &text);
  void line(size_t indent, const std::string &text);
  void wrapped(size_t indent, const std::string &text);
  void tellPlace(const FailureRecord &failure);
  void tellAnswer(const RecordedAnswer &answer, const RecordedFailure &of);
  void tellStages(const OutcomeRecord &outcome);
  void tellEnd(const RecordedFailure &failure);

  std::string place(const std::string &function, const std::string &file, uint32_t line) const;
  std::string shortened(const std::string &path) const;

  std::string folder_; // the run's
  std::string text_;
};

void Storyteller::addLine(size_t indent, const std::string &text) {
  std::string whole = std::string(indent, ' ') + printable(text);
  whole.erase(whole.find_last_not_of(' ') + 1);
  text_ += whole + "\n";
}

void Storyteller::line(size_t indent, const std::string &text) {
  addLine(indent, cutTo(text, kWidth - indent));
}

/// FUNCTION (FILE:LINE), files below the run's working folder by their path from there.
std::string Storyteller::place(const std::string &function, const std::string &file,
                               uint32_t line) const {
  return function + " (" + shortened(file) + ":" + std::to_string(line) + ")";
}

std::string Storyteller::shortened(const std::string &path) const {
  bool inside = folder_.size() > 1 && path.starts_with(folder_ + "/");
  return inside ? path.substr(folder_.size() + 1) : path;
}

/// At blanks; a word that is longer than a line stays whole. Continued lines stand two further in.
void Storyteller::wrapped(size_t indent, const std::string &text) {
  std::istringstream words(text);
  std::string current;
  size_t begin = indent;
  for (std::string word; words >> word;) {
    if (!current.empty() && begin + current.size() + 1 + word.size() > kWidth) {
      addLine(begin, current);
      current.clear();
      begin = indent + 2;
    }
    current += (current.empty() ? "" : " ") + word;
  }
  addLine(begin, current);
}

void Storyteller::tellHeader(const RecordedRun &run) {
  if (!run.launch)
    return;
  const LaunchRecord &launch = *run.launch;
  folder_ = launch.folder;
  wrapped(0, "jit-host " + launch.host_version + " launched on " + launch.started + ", process " +
                 std::to_string(launch.process));
  wrapped(2, "in " + launch.folder);
  wrapped(2, joined(launch.command_line, " "));
}

void Storyteller::tellPlace(const FailureRecord &failure) {
  if (failure.function.empty())
    line(2, "it did not pause here and took its course");
  else
    wrapped(2, "in " + place(failure.function, failure.file, failure.line));
  size_t begin = failure.source_line.find_first_not_of(" \t");
  if (begin != std::string::npos)
    line(4, failure.source_line.substr(begin));
  for (size_t i = 0; i < failure.frames.size(); ++i) {
    const JournalFrame &frame = failure.frames[i];
    line(2, "#" + std::to_string(i) + " " + place(frame.function, frame.file, frame.line));
  }
}

void Storyteller::tellFailure(const RecordedFailure &failure, size_t number) {
  const FailureRecord &record = failure.failure;
  text_ += "\n";
  line(0, "failure " + std::to_string(number) + ", " + humanTime(failure.at_ms) +
              " after the launch, in version " + std::to_string(record.version) +
              (record.thread.empty() ? "" : ", " + record.thread));
  line(2, record.what);
  std::istringstream message(record.message);
  size_t lines = 0;
  for (std::string text; std::getline(message, text) && lines < kMessageLines; ++lines)
    line(4, text);
  if (lines == kMessageLines && message.peek() != std::istringstream::traits_type::eof())
    line(4, "...");
  tellPlace(record);
  if (!failure.difference.empty())
    wrapped(2, "the replay ended here: " + failure.difference);
  for (const RecordedAnswer &answer : failure.answers)
    tellAnswer(answer, failure);
  tellEnd(failure);
}

void Storyteller::tellStages(const OutcomeRecord &outcome) {
  if (!outcome.functions_changed.empty()) {
    std::vector<std::string> shown = outcome.functions_changed;
    size_t all = shown.size();
    shown.resize(std::min(all, kFunctions));
    for (std::string &name : shown)
      name = readableName(name);
    wrapped(4, "changed: " + joined(shown, ", ") +
                   (all > kFunctions ? " and " + std::to_string(all - kFunctions) + " more" : ""));
  }
  if (outcome.compile_way.empty())
    return;
  wrapped(4, (outcome.detect_ms > 0 ? "noticed in " + humanTime(outcome.detect_ms) + ", " : "") +
                 "compiled in " + humanTime(outcome.compile_ms) + " (" + outcome.compile_way +
                 "), linked in " + humanTime(outcome.link_ms) + ", switched in " +
                 humanTime(outcome.rebind_ms));
  if (!outcome.why_more.empty())
    wrapped(4, "more than bodies was compiled: " + outcome.why_more);
}

void Storyteller::tellAnswer(const RecordedAnswer &answer, const RecordedFailure &of) {
  double since_ms = answer.at_ms - of.paused_at_ms.value_or(of.at_ms);
  std::string begin = "after " + humanTime(since_ms) + ": " + answerText(answer) +
                      (answer.replayed ? " (from the replayed journal)" : "");
  for (std::optional<bool> choice : answer.choices)
    begin += !choice   ? ", nobody there to say whether to go back"
             : *choice ? ", going back allowed"
                       : ", going back declined";
  if (!answer.outcome) {
    wrapped(2, begin + ": its outcome is not in the journal");
    return;
  }
  const OutcomeRecord &outcome = *answer.outcome;
  bool of_version = outcome.outcome == "applied" && !answer.changes.empty();
  wrapped(2, begin + ": " + outcome.outcome +
                 (of_version ? ", version " + std::to_string(outcome.version) : ""));
  if (!outcome.reason.empty())
    wrapped(4, outcome.reason);
  for (const FileChange &change : answer.changes) {
    line(4, shortened(change.path));
    std::istringstream lines(lineChanges(change.before, change.after));
    for (std::string text; std::getline(lines, text);)
      line(4, text);
  }
  for (const JournalFile &file : answer.files) {
    if (!isActionFile(file.name))
      continue;
    line(4, file.name);
    std::istringstream lines(file.text.value_or(""));
    for (std::string text; std::getline(lines, text);)
      line(5, text);
  }
  tellStages(outcome);
}

void Storyteller::tellEnd(const RecordedFailure &failure) {
  if (!failure.resumed) {
    bool given_up = !failure.answers.empty() && failure.answers.back().word == "quit";
    if (given_up)
      line(2, "given up: the failure took its course");
    else if (failure.paused_at_ms)
      line(2, "it did not go on from here");
    return;
  }
  const ResumedRecord &resumed = *failure.resumed;
  std::string where = place(resumed.function, resumed.file, resumed.line);
  if (!failure.paused_at_ms) {
    wrapped(2, "went on in " + where + " without a pause, in the code of another thread's patch");
    return;
  }
  wrapped(2, "went on in " + where + ", " + humanTime(resumed.total_ms) +
                 " after the last repair was given; paused for " +
                 humanTime(failure.resumed_at_ms - *failure.paused_at_ms));
}

/// Of all that succeeded.
std::string repairsText(const RecordedRun &run) {
  size_t patches = 0, actions = 0, commands = 0, in_vain = 0;
  for (const RecordedFailure &failure : run.failures)
    for (const RecordedAnswer &answer : failure.answers) {
      bool with_action = std::any_of(answer.files.begin(), answer.files.end(),
                                     [](const auto &file) { return isActionFile(file.name); });
      if (!succeeded(answer))
        in_vain += answer.word != "quit";
      else if (!answer.word.empty())
        commands += answer.word != "quit";
      else
        ++(with_action ? actions : patches);
    }
  return counted(patches, "patch", "patches") + ", " + counted(actions, "action") + ", " +
         counted(commands, "command") +
         (in_vain ? "; " + counted(in_vain, "attempt") + " in vain" : "");
}

void Storyteller::tellTotals(const RecordedRun &run, const JournalContents &journal) {
  double paused_ms = 0;
  size_t repaired = 0;
  for (const RecordedFailure &failure : run.failures) {
    repaired += failure.resumed.has_value();
    if (failure.paused_at_ms)
      paused_ms += (failure.resumed ? failure.resumed_at_ms : run.last_ms) - *failure.paused_at_ms;
  }
  text_ += "\n";
  line(0, counted(run.failures.size(), "failure") + ", " + std::to_string(repaired) +
              " repaired: " + repairsText(run));
  line(0, "paused for " + humanTime(paused_ms) + " of " + humanTime(run.last_ms));
  if (!journal.damaged_lines.empty()) {
    std::vector<std::string> numbers;
    for (unsigned number : journal.damaged_lines)
      numbers.push_back(std::to_string(number));
    wrapped(0, "damaged: line " + joined(numbers, ", ") +
                   " of the journal; what stood there is missing above");
  }
  if (journal.cut)
    line(0, "cut in the middle of a record; told up to there");
  if (run.exit_code)
    line(0, "exit code " + std::to_string(*run.exit_code));
  else
    line(0, "incomplete: the run had not ended when this was written");
}

} // namespace

std::string story(const JournalContents &journal) {
  RecordedRun run = recordedRun(journal.records, journal.records.size());
  Storyteller teller;
  teller.tellHeader(run);
  for (size_t i = 0; i < run.failures.size(); ++i)
    teller.tellFailure(run.failures[i], i + 1);
  teller.tellTotals(run, journal);
  return teller.take();
}

int tellStory(const std::vector<std::string> &arguments) {
  constexpr const char *kStoryUsage = "usage: jit-host journal FILE: prints a recorded run; FILE "
                                      "is what --journal wrote. A source called journal is named "
                                      "./journal.";
  if (arguments.size() == 1 && arguments[0] == "--help") {
    std::printf("%s\n", kStoryUsage);
    return 0;
  }
  if (arguments.size() != 1) {
    std::fprintf(stderr, "jit-host: %s\n", kStoryUsage);
    return 70;
  }
  llvm::Expected<JournalContents> journal = readJournal(arguments[0]);
  if (!journal) {
    std::fprintf(stderr, "jit-host: %s\n", llvm::toString(journal.takeError()).c_str());
    return 70;
  }
  std::fputs(story(*journal).c_str(), stdout);
  return 0;
}

} // namespace jithost
