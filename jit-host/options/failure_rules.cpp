// Reads and applies the rules of --failure-rules.
#include "failure_rules.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace jithost {
namespace {

/// `*` any characters; everything else is meant as it stands: types and messages are full of
/// brackets.
bool fits(StringRef pattern, StringRef text) {
  size_t star = pattern.find('*');
  if (star == StringRef::npos)
    return pattern == text;
  if (!text.consume_front(pattern.substr(0, star)))
    return false;
  StringRef rest = pattern.substr(star + 1);
  for (size_t skipped = 0; skipped <= text.size(); ++skipped)
    if (fits(rest, text.substr(skipped)))
      return true;
  return false;
}

/// Two stars side by side, or many, would make the search long.
std::string withoutDoubleStars(StringRef pattern) {
  std::string result;
  for (char c : pattern)
    if (c != '*' || result.empty() || result.back() != '*')
      result += c;
  return result;
}

bool isFileName(StringRef place) {
  return StringSwitch<bool>(sys::path::extension(place))
      .Cases(".cpp", ".cc", ".cxx", ".C", ".c++", true)
      .Cases(".h", ".hpp", ".hh", ".hxx", ".cuh", ".inl", ".ipp", true)
      .Default(false);
}

struct Word {
  std::string text;
  bool quoted = false;
};

/// The words of one line; in quotes, \" is a quote and \\ a backslash.
Expected<std::vector<Word>> wordsOf(StringRef line) {
  std::vector<Word> words;
  for (;;) {
    line = line.ltrim();
    if (line.empty() || line.front() == '#')
      return words;
    if (!line.consume_front("\"")) {
      StringRef word = line.take_until([](char c) { return isSpace(c); });
      words.push_back({word.str(), false});
      line = line.drop_front(word.size());
      continue;
    }
    Word word{"", true};
    while (!line.empty() && line.front() != '"') {
      if (line.front() == '\\' && line.size() > 1)
        line = line.drop_front();
      word.text += line.front();
      line = line.drop_front();
    }
    if (!line.consume_front("\""))
      return createStringError("expected a \" at the end of the quoted text");
    words.push_back(std::move(word));
  }
}

class RuleParser {
public:
  explicit RuleParser(std::vector<Word> words) : words_(std::move(words)) {}

  Expected<FailureRule> parse() {
    while (!atEnd() && !isWord("->"))
      if (Error error = parsePattern())
        return std::move(error);
    if (atEnd())
      return createStringError("expected: PATTERN -> retry[=N] [delay=SECONDS], pause or fail");
    if (!any_)
      return createStringError("expected in front of ->: a type, at PLACE or message \"TEXT\"; * "
                               "stands for every failure");
    ++next_;
    if (Error error = parseAnswer())
      return std::move(error);
    return std::move(rule_);
  }

private:
  bool atEnd() const { return next_ == words_.size(); }
  bool isWord(StringRef text) const {
    return !atEnd() && !words_[next_].quoted && words_[next_].text == text;
  }

  Error parsePattern() {
    any_ = true;
    if (isWord("at"))
      return parsePlace();
    if (isWord("message"))
      return take("message", "a text in quotes", rule_.message);
    if (rule_.type)
      return createStringError("'" + words_[next_].text +
                               "': expected at PLACE, message \"TEXT\" or ->; a type with blanks "
                               "stands in quotes");
    rule_.type = withoutDoubleStars(words_[next_++].text);
    return Error::success();
  }

  Error take(const std::string &what, const std::string &expected,
             std::optional<std::string> &into) {
    if (into)
      return createStringError("'" + what + "' stands there twice");
    ++next_;
    if (atEnd() || isWord("->"))
      return createStringError("expected behind '" + what + "': " + expected);
    into = withoutDoubleStars(words_[next_++].text);
    return Error::success();
  }

  Error parsePlace() {
    if (rule_.file || rule_.function)
      return createStringError("'at' stands there twice");
    std::optional<std::string> place;
    if (Error error = take("at", "FUNCTION or FILE[:LINE]", place))
      return error;
    auto [file, line] = StringRef(*place).rsplit(':');
    if (isFileName(*place)) {
      rule_.file = place;
    } else if (isFileName(file)) {
      if (line.getAsInteger(10, rule_.line) || rule_.line == 0)
        return createStringError("'" + *place +
                                 "': expected the number of a line behind the colon");
      rule_.file = file.str();
    } else {
      rule_.function = place;
    }
    return Error::success();
  }

  Error parseAnswer() {
    if (atEnd())
      return createStringError("expected behind ->: retry[=N] [delay=SECONDS], pause or fail");
    std::optional<FailureAnswer> answer = parseFailureAnswer(words_[next_].text);
    if (!answer)
      return createStringError("'" + words_[next_].text + "': expected retry, retry=N (1 to " +
                               std::to_string(kMostRetries) + "), pause or fail");
    rule_.answer = *answer;
    ++next_;
    if (rule_.answer.course == Course::Retry && !atEnd())
      if (Error error = parseDelay())
        return error;
    if (!atEnd())
      return createStringError("'" + words_[next_].text + "': expected the end of the line");
    return Error::success();
  }

  Error parseDelay() {
    StringRef word = words_[next_].text;
    double seconds = 0;
    if (!word.consume_front("delay=") || word.getAsDouble(seconds) || !std::isfinite(seconds) ||
        seconds < 0)
      return createStringError("'" + words_[next_].text +
                               "': expected delay=SECONDS, 0 or more, or the end of the line");
    rule_.answer.delay_s = seconds;
    ++next_;
    return Error::success();
  }

  std::vector<Word> words_;
  size_t next_ = 0;
  bool any_ = false; // something stands in front of ->
  FailureRule rule_;
};

bool isFile(StringRef path, StringRef end) {
  return path == end || (path.ends_with(end) && path[path.size() - end.size() - 1] == '/');
}

bool fits(const FailureRule &rule, const FailureFacts &failure) {
  return (!rule.type || fits(*rule.type, failure.type)) &&
         (!rule.function || fits(*rule.function, failure.function)) &&
         (!rule.message || fits(*rule.message, failure.message)) &&
         (!rule.file || isFile(failure.file, *rule.file)) &&
         (rule.line == 0 ||
          (failure.line <= rule.line && rule.line <= std::max(failure.line, failure.end_line)));
}

} // namespace

std::optional<FailureAnswer> parseFailureAnswer(const std::string &word) {
  FailureAnswer answer;
  StringRef rest = word;
  if (word == "pause")
    return answer;
  if (word == "fail") {
    answer.course = Course::Fail;
    return answer;
  }
  if (!rest.consume_front("retry"))
    return std::nullopt;
  answer.course = Course::Retry;
  if (rest.empty())
    return answer;
  if (!rest.consume_front("=") || rest.getAsInteger(10, answer.retries) || answer.retries == 0 ||
      answer.retries > kMostRetries)
    return std::nullopt;
  return answer;
}

Expected<std::vector<FailureRule>> parseFailureRules(const std::string &text,
                                                     const std::string &name) {
  std::vector<FailureRule> rules;
  SmallVector<StringRef, 16> lines;
  StringRef(text).split(lines, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    auto inLine = [&](Error error) {
      return createStringError(name + ":" + std::to_string(i + 1) + ": " +
                               toString(std::move(error)));
    };
    Expected<std::vector<Word>> words = wordsOf(lines[i]);
    if (!words)
      return inLine(words.takeError());
    if (words->empty())
      continue;
    Expected<FailureRule> rule = RuleParser(std::move(*words)).parse();
    if (!rule)
      return inLine(rule.takeError());
    rules.push_back(std::move(*rule));
  }
  return rules;
}

Expected<std::vector<FailureRule>> readFailureRules(const std::string &path) {
  if (path.empty())
    return std::vector<FailureRule>();
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return createStringError("--failure-rules " + path + ": " + buffer.getError().message());
  return parseFailureRules((*buffer)->getBuffer().str(), path);
}

FailureAnswer answerTo(const FailureFacts &failure, const std::vector<FailureRule> &rules,
                       const FailureAnswer &otherwise) {
  for (const FailureRule &rule : rules)
    if (fits(rule, failure))
      return rule.answer;
  return otherwise;
}

} // namespace jithost
