// Every refusal has a name, and one line that names the thing, the facts and a way out.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "resume/refusal.h"

#include <set>
#include <string>

using namespace jithost;

namespace {

constexpr int kReasons = static_cast<int>(RefusalReason::NameAmbiguous) + 1;

std::string sentenceOf(RefusalReason reason) {
  return sentence({reason, "THING", "FACTS", "/src/train.cpp:41"});
}

} // namespace

TEST_CASE("every sentence is one line that names the thing, the facts and what to do instead") {
  std::set<std::string> seen;
  for (int i = 0; i < kReasons; ++i) {
    std::string line = sentenceOf(static_cast<RefusalReason>(i));
    CAPTURE(line);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find("THING") != std::string::npos);
    CHECK(line.find("FACTS") != std::string::npos);
    CHECK(line.find("; ") != std::string::npos);
    CHECK(seen.insert(line).second);
  }
}

TEST_CASE("a sentence does without facts and place") {
  for (int i = 0; i < kReasons; ++i) {
    std::string line = sentence({static_cast<RefusalReason>(i), "THING", "", ""});
    CAPTURE(line);
    CHECK(line.find("()") == std::string::npos);
    CHECK(line.find("  ") == std::string::npos);
    CHECK(line.find(" ;") == std::string::npos);
  }
}

TEST_CASE("places are shown without their folder") {
  CHECK(sentenceOf(RefusalReason::VariableChangedType).find(" at train.cpp:41") !=
        std::string::npos);
}

TEST_CASE("facts of several lines become one") {
  std::string line = sentence({RefusalReason::StorageNotInitialised, "x", "one\ntwo", ""});
  CHECK(line.find("one two") != std::string::npos);
}

TEST_CASE("a sentence in full") {
  CHECK(sentence({RefusalReason::VariableChangedType, "x", "double before, float now",
                  "/src/train.cpp:41"}) ==
        "the type of `x` changed at train.cpp:41 (double before, float now) while a run stands in "
        "its "
        "scope; keep its type and add a new variable, or end the scope first");
}

TEST_CASE("reason names are different words with hyphens") {
  std::set<std::string_view> seen;
  for (int i = 0; i < kReasons; ++i) {
    std::string_view name = reasonName(static_cast<RefusalReason>(i));
    CHECK(seen.insert(name).second);
    CHECK(name != "unknown");
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
  }
  CHECK(reasonName(RefusalReason::VariableChangedType) == "variable-changed-type");
}
