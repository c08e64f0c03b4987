// The story of a run: what it says, and in which words.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "trace/human_time.h"
#include "trace/line_changes.h"
#include "trace/story.h"

#include "sample_journal.h"

#include <doctest/doctest.h>
#include <sstream>

using namespace jithost;

static std::string storyOf(const std::vector<Record> &records) {
  auto contents = parseJournal(textOf(records), "run.journal");
  REQUIRE(bool(contents));
  return story(*contents);
}

static bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a run is told from its launch to its exit code") {
  CHECK(storyOf(sampleRecords()) ==
        R"(jit-host 0.1.0 launched on 2031-05-17 09:30:00.250 +0200, process 7
  in /run
  jit-host a.cpp

failure 1, 2.0 s after the launch, in version 1
  std::out_of_range
    index 3 is out of range
  in train (a.cpp:12)
    sum += at(12);
  #0 train (a.cpp:12)
  #1 main (a.cpp:40)
  after 1.0 s: patch of a.cpp: refused
    a variable changed its type
  after 3.0 s: patch of a.cpp, going back allowed: applied, version 2
    a.cpp
    @@ line 1
     a
    -b
    +new
     c
    changed: train()
    compiled in 12 ms (bodies), linked in 0.0 ms, switched in 0.0 ms
  went on in train (a.cpp:12), 1 min 10 s after the last repair was given; paused for 7.0 s

failure 2, 11.0 s after the launch, in version 1
  std::bad_alloc
    index 3 is out of range
  in train (a.cpp:20)
    sum += at(20);
  #0 train (a.cpp:20)
  #1 main (a.cpp:40)
  after 1.0 s: command eval x = 1: failed
    x is not known
  after 3.0 s: command print y: done
  after 5.0 s: command retry: applied
  went on in train (a.cpp:20), 3.0 ms after the last repair was given; paused for 7.0 s

2 failures, 2 repaired: 1 patch, 0 actions, 2 commands; 2 attempts in vain
paused for 14.0 s of 20.0 s
exit code 3
)");
}

TEST_CASE("no line is wider than 100, and nothing can write to a terminal") {
  std::vector<Record> records = sampleRecords();
  auto &failure = std::get<FailureRecord>(records[2].content);
  failure.message = std::string(300, 'm') + "\n\x1b[2Jgone\n3\n4\n5\n6\n7\n8";
  failure.source_line = std::string(98, 'x') + "\u221a\u221a\u221a";
  std::get<OutcomeRecord>(records[5].content).reason =
      "a reason of many words " + std::string(60, 'r') + " " + std::string(60, 's');
  std::string text = storyOf(records);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    CHECK(line.size() <= 100);
  CHECK_FALSE(has(text, "\x1b"));
  CHECK(has(text, "?[2Jgone"));
  CHECK(has(text, "    6\n    ...\n"));
  CHECK_FALSE(has(text, "    7\n"));
  CHECK(has(text, "xx...\n"));
}

TEST_CASE("an answer without outcome, a failure given up, and one that could not pause") {
  std::vector<Record> records = sampleRecords();
  records.resize(5);
  CHECK(has(storyOf(records), "patch of a.cpp: its outcome is not in the journal"));
  CHECK(has(storyOf(records), "it did not go on from here"));
  records[4].content = CommandRecord{1, 1, "quit", ""};
  CHECK(has(storyOf(records), "given up: the failure took its course"));
  FailureRecord unpaused = someFailure(1, "std::logic_error", 3);
  unpaused.function = "";
  records.resize(2);
  records.push_back({2000, unpaused});
  CHECK(has(storyOf(records), "it did not pause here and took its course"));
}

TEST_CASE("replayed answers and differences are told") {
  std::vector<Record> records = sampleRecords();
  records.insert(records.begin() + 7, {6500, ReplayedRecord{1, 2, ""}});
  records.insert(records.begin() + 14, {12500, ReplayedRecord{4, 0, "another message"}});
  std::string text = storyOf(records);
  CHECK(has(text, "patch of a.cpp (from the replayed journal), going back allowed: applied"));
  CHECK(has(text, "the replay ended here: another message"));
}

TEST_CASE("times as people say them") {
  CHECK(humanTime(0.42) == "0.4 ms");
  CHECK(humanTime(350) == "350 ms");
  CHECK(humanTime(12340) == "12.3 s");
  CHECK(humanTime(59960) == "1 min 0 s");
  CHECK(humanTime(3600e3 * 3 + 5 * 60e3) == "3 h 5 min");
  CHECK(humanTime(86400e3 * 2 + 3600e3 * 4) == "2 d 4 h");
}

TEST_CASE("changed lines, with two around them") {
  CHECK(lineChanges("a\n", "a\n").empty());
  CHECK(lineChanges("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\nten\n") ==
        "@@ line 3\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n+ten\n");
  CHECK(lineChanges("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "one\n2\n3\n4\n5\n6\n7\n8\n") ==
        "@@ line 1\n-1\n+one\n 2\n 3\n@@ line 7\n 7\n 8\n-9\n");
  CHECK(lineChanges("", "new\n") == "@@ line 1\n+new\n");
}

TEST_CASE("what is no journal, or no file, ends with 70") {
  CHECK(tellStory({"/nowhere"}) == 70);
  CHECK(tellStory({}) == 70);
  CHECK(tellStory({"a", "b"}) == 70);
  CHECK(tellStory({"--help"}) == 0);
}
