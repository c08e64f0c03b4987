// Rules of --failure-rules: what fits, which comes first, and what is said of a wrong one.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "options/failure_rules.h"

#include <doctest/doctest.h>

using namespace jithost;

namespace {

std::vector<FailureRule> rules(const std::string &text) {
  auto parsed = parseFailureRules(text, "rules");
  if (!parsed)
    FAIL(llvm::toString(parsed.takeError()));
  return std::move(*parsed);
}

std::string errorOf(const std::string &text) {
  auto parsed = parseFailureRules(text, "rules");
  if (parsed)
    return "(accepted)";
  return llvm::toString(parsed.takeError());
}

const FailureFacts kFailure{
    "c10::Error", "device 3 is busy (at \"cuda\")", "Net::forward", "/src/model/net.cpp", 10, 12};

/// Whether a rule with `pattern` fits the failure above.
bool fits(const std::string &pattern) {
  return answerTo(kFailure, rules(pattern + " -> fail"), {}).course == Course::Fail;
}

} // namespace

TEST_CASE("patterns") {
  for (const char *pattern :
       {"*", "c10::Error", "c10::*", "*Error", "*::*", "\"c10::Error\"", "at Net::forward",
        "at Net::*", "at net.cpp", "at model/net.cpp", "at /src/model/net.cpp", "at net.cpp:10",
        "at net.cpp:12", "message \"*is busy*\"", "message \"device * (at \\\"cuda\\\")\"",
        "message *busy*", "c10::Error at net.cpp message \"device*\"", "message * c10::Error"}) {
    CAPTURE(pattern);
    CHECK(fits(pattern));
  }
  for (const char *pattern :
       {"c10", "c10::", "Error", "std::*", "at forward", "at et.cpp", "at net.h", "at net.cpp:9",
        "at net.cpp:13", "message busy", "message \"device\"", "c10::Error at main",
        "c10::Error message no", "c10::Err?r"}) {
    CAPTURE(pattern);
    CHECK_FALSE(fits(pattern));
  }
}

TEST_CASE("many stars do not take for ever") {
  std::string pattern = "message \"";
  for (int i = 0; i < 50; ++i)
    pattern += "**";
  CHECK(fits(pattern + "\""));
}

TEST_CASE("the first rule that fits answers, else what holds otherwise") {
  auto some = rules("# comment\n\n"
                    "std::bad_alloc -> pause\n"
                    "c10::* -> retry=7 delay=2.5   # transient\n"
                    "* -> fail\n");
  CHECK(some.size() == 3);
  FailureAnswer answer = answerTo(kFailure, some, {});
  CHECK(answer.course == Course::Retry);
  CHECK(answer.retries == 7);
  CHECK(answer.delay_s == 2.5);
  FailureFacts other = kFailure;
  other.type = "std::bad_alloc";
  CHECK(answerTo(other, some, {}).course == Course::Pause);
  other.type = "int";
  CHECK(answerTo(other, some, {}).course == Course::Fail);
  CHECK(answerTo(other, {}, {Course::Retry, 2, 1}).retries == 2);
  CHECK(answerTo(kFailure, rules("c10::Error -> retry"), {}).retries == 3);
}

TEST_CASE("wrong rules are named by line, with what is expected") {
  for (auto [text, expected] : std::vector<std::pair<std::string, std::string>>{
           {"c10::Error", "rules:1: expected: PATTERN -> retry[=N] [delay=SECONDS], pause or fail"},
           {"\n-> retry", "rules:2: expected in front of ->"},
           {"* ->", "rules:1: expected behind ->: retry"},
           {"* -> retry=0",
            "rules:1: 'retry=0': expected retry, retry=N (1 to 1000), pause or fail"},
           {"* -> retry=x", "'retry=x'"},
           {"* -> retry=1001", "'retry=1001'"},
           {"* -> retry delay=-1", "'delay=-1': expected delay=SECONDS"},
           {"* -> retry soon", "'soon': expected delay=SECONDS, 0 or more, or the end of the line"},
           {"* -> pause delay=1", "'delay=1': expected the end of the line"},
           {"std::bad alloc -> pause", "'alloc': expected at PLACE, message \"TEXT\" or ->"},
           {"at -> pause", "expected behind 'at': FUNCTION or FILE[:LINE]"},
           {"at a at b -> pause", "'at' stands there twice"},
           {"at net.cpp:x -> pause", "expected the number of a line behind the colon"},
           {"message -> pause", "expected behind 'message': a text in quotes"},
           {"message \"x -> pause", "expected a \" at the end of the quoted text"}}) {
    CAPTURE(text);
    CHECK(errorOf(text).find(expected) != std::string::npos);
  }
}
