// Compares failures with recorded ones, and tells the recorded answers in order.
#include "replay.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

namespace jithost {
namespace {

constexpr size_t kShownOfText = 120;

/// Commands that change the program or where it goes on.
constexpr const char *kReplayed[] = {"retry", "eval",    "set",  "skip", "return",
                                     "goto",  "restart", "undo", "frame"};

std::string fileName(const std::string &path) { return path.substr(path.rfind('/') + 1); }

std::string quoted(const std::string &text) {
  std::string line;
  for (char character : text)
    line += static_cast<unsigned char>(character) < ' ' ? ' ' : character;
  if (line.size() > kShownOfText)
    line = line.substr(0, kShownOfText) + "...";
  return "\"" + line + "\"";
}

std::string placeOf(const FailureRecord &failure) {
  return failure.what + " in " + failure.function + " (" + fileName(failure.file) + ":" +
         std::to_string(failure.line) + ")";
}

bool isReplayed(const RecordedAnswer &answer) {
  return succeeded(answer) && (answer.word.empty() ||
                               std::count(std::begin(kReplayed), std::end(kReplayed), answer.word));
}

std::string expected(const std::string &what, const std::string &recorded, const std::string &now) {
  return "another " + what + " than in the journal: expected " + quoted(recorded) + ", came " +
         quoted(now);
}

/// Empty: it is the recorded failure.
std::string compare(const FailureRecord &recorded, const FailureRecord &now) {
  if (recorded.function != now.function)
    return expected("function", recorded.function, now.function);
  if (fileName(recorded.file) != fileName(now.file))
    return expected("file", fileName(recorded.file), fileName(now.file));
  if (recorded.statement != now.statement)
    return expected("statement", recorded.statement, now.statement);
  if (recorded.what != now.what)
    return expected("failure", recorded.what, now.what);
  if (comparableMessage(recorded.message) != comparableMessage(now.message))
    return expected("message", recorded.message, now.message);
  return "";
}

/// The name of a source that only one of both has, in this state; empty: they are equal.
std::string differingSource(const std::vector<JournalFile> &recorded,
                            const std::vector<JournalFile> &now) {
  auto namesAndHashes = [](const std::vector<JournalFile> &files) {
    std::multiset<std::pair<std::string, std::string>> result;
    for (const JournalFile &file : files)
      result.emplace(fileName(file.path), file.hash);
    return result;
  };
  auto before = namesAndHashes(recorded), after = namesAndHashes(now);
  std::vector<std::pair<std::string, std::string>> differing;
  std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(),
                                std::back_inserter(differing));
  return differing.empty() ? "" : differing.front().first;
}

} // namespace

std::string comparableMessage(const std::string &message) {
  std::string text = message.substr(0, message.find("\nException raised from ")), result;
  for (size_t i = 0; i < text.size();) {
    if (text.compare(i, 2, "0x") != 0) {
      result += text[i++];
      continue;
    }
    result += "0x";
    for (i += 2; i < text.size() && std::isxdigit(static_cast<unsigned char>(text[i]));)
      ++i;
  }
  return result;
}

Replay::Replay(RecordedRun run) : run_(std::move(run)), active_(true) {
  for (const RecordedFailure &failure : run_.failures)
    if (failure.paused_at_ms)
      pauses_.push_back(&failure);
}

bool Replay::end(const std::string &difference) {
  active_ = false;
  answers_.clear();
  given_ = nullptr;
  difference_ = difference;
  return false;
}

bool Replay::pauses(const FailureRecord &failure, const std::vector<JournalFile> &sources) {
  if (!active_)
    return false;
  if (!answers_.empty())
    return end("the run went on without the " + answerText(*answers_.front()) +
               " of the journal, and pauses: " + placeOf(failure));
  given_ = nullptr;
  std::string number = std::to_string(next_pause_ + 1);
  if (next_pause_ == pauses_.size())
    return end("the journal has no pause " + number + "; here is " + placeOf(failure));
  std::string source = differingSource(run_.sources, sources);
  if (next_pause_ == 0 && !source.empty())
    return end(source + " is not as it was when the journal's run began");
  at_ = pauses_[next_pause_++];
  std::string different = compare(at_->failure, failure);
  if (!different.empty())
    return end("pause " + number + ", " + placeOf(failure) + ": " + different);
  for (const RecordedAnswer &answer : at_->answers)
    if (isReplayed(answer))
      answers_.push_back(&answer);
  if (answers_.empty())
    return end("the journal has no repair for pause " + number + ", " + placeOf(failure));
  return true;
}

const RecordedAnswer *Replay::next() {
  if (!active_)
    return nullptr;
  if (answers_.empty()) {
    end("the journal has no further repair for pause " + std::to_string(next_pause_) + ", " +
        placeOf(at_->failure));
    return nullptr;
  }
  given_ = answers_.front();
  answers_.pop_front();
  next_choice_ = 0;
  return given_;
}

void Replay::outcome(const std::string &reason) {
  if (active_ && given_ && !reason.empty())
    end("the " + answerText(*given_) +
        " was applied in the journal's run and is not now: " + reason);
}

/// How often it is asked depends on how much is compiled, so the last answer holds on.
std::optional<bool> Replay::choice() {
  if (!active_ || !given_ || given_->choices.empty())
    return std::nullopt;
  return given_->choices[std::min(next_choice_++, given_->choices.size() - 1)];
}

void Replay::ends(int exit_code) {
  if (!active_)
    return;
  if (next_pause_ < pauses_.size())
    end("the run ends; expected " + placeOf(pauses_[next_pause_]->failure));
  else if (run_.exit_code && *run_.exit_code != exit_code)
    end("the run ends with exit code " + std::to_string(exit_code) + "; expected " +
        std::to_string(*run_.exit_code));
}

std::string Replay::difference() { return std::exchange(difference_, ""); }

} // namespace jithost
