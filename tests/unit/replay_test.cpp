// Replay: recorded answers at recorded failures, and what counts as a difference.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "trace/journal.h"
#include "trace/replay.h"

#include "sample_journal.h"

#include <algorithm>
#include <doctest/doctest.h>

using namespace jithost;

static const std::vector<JournalFile> kSources = {sourceFile("/elsewhere/a.cpp", "a\nb\nc\n")};

static Replay replayOf(const std::vector<Record> &records) {
  return Replay(recordedRun(records, records.size()));
}

/// As another checkout has them.
static FailureRecord first() {
  FailureRecord failure = someFailure(1, "std::out_of_range", 12);
  failure.file = "/elsewhere/a.cpp";
  return failure;
}
static FailureRecord second() { return someFailure(9, "std::bad_alloc", 20); }

static bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

/// The difference when the first failure is another one.
static std::string differenceOf(const FailureRecord &failure) {
  Replay replay = replayOf(sampleRecords());
  CHECK_FALSE(replay.pauses(failure, kSources));
  CHECK_FALSE(replay.active());
  CHECK(replay.next() == nullptr);
  return replay.difference();
}

TEST_CASE("repairs that succeeded are given in order, those in vain are not") {
  Replay replay = replayOf(sampleRecords());
  REQUIRE(replay.pauses(first(), kSources));
  const RecordedAnswer *patch = replay.next();
  REQUIRE(patch);
  CHECK(answerText(*patch) == "patch of a.cpp");
  CHECK(patch->files[0].text == "a\nnew\nc\n");
  CHECK(replay.choice() == true);
  CHECK(replay.choice() == true); // asked again when more has to be compiled
  replay.outcome("");
  REQUIRE(replay.pauses(second(), kSources));
  const RecordedAnswer *retry = replay.next();
  REQUIRE(retry);
  CHECK(answerText(*retry) == "command retry"); // neither the failed eval nor print
  CHECK_FALSE(replay.choice());
  replay.outcome("");
  replay.ends(3);
  CHECK(replay.active());
  CHECK(replay.difference().empty());
}

TEST_CASE("files of a patch and its action are one answer") {
  std::vector<Record> records = sampleRecords();
  records[6].content = PatchRecord{2, 1, {droppedFile("a.cpp", "a\nnew\nc\n")}};
  records.insert(records.begin() + 7,
                 {6500, ActionRecord{2, 1, droppedFile("fix.action.cpp", "x = 1;\n")}});
  Replay replay = replayOf(records);
  REQUIRE(replay.pauses(first(), kSources));
  const RecordedAnswer *answer = replay.next();
  REQUIRE(answer);
  REQUIRE(answer->files.size() == 2);
  CHECK(answer->files[1].text == "x = 1;\n");
  CHECK(answerText(*answer) == "patch of a.cpp with action fix.action.cpp");
}

TEST_CASE("another place, statement, kind or message is a difference that says which") {
  FailureRecord failure = first();
  failure.function = "test";
  CHECK(has(differenceOf(failure),
            "another function than in the journal: expected \"train\", came \"test\""));
  failure = first();
  failure.file = "/run/b.cpp";
  CHECK(has(differenceOf(failure), "another file than in the journal"));
  failure = first();
  failure.statement = "sum += at ( 11 )";
  CHECK(has(differenceOf(failure), "another statement than in the journal"));
  failure = first();
  failure.what = "std::logic_error";
  CHECK(has(differenceOf(failure), "expected \"std::out_of_range\", came \"std::logic_error\""));
  failure = first();
  failure.message = "index 4 is out of range";
  CHECK(has(differenceOf(failure), "another message than in the journal"));
  CHECK(has(differenceOf(second()), "pause 1, std::bad_alloc in train (a.cpp:20)"));
}

TEST_CASE("what does not tell failures apart: folder, line, thread, number, addresses") {
  FailureRecord failure = first();
  failure.line = 13; // a header grew
  failure.thread = "thread 17";
  failure.failure = 5;
  CHECK(replayOf(sampleRecords()).pauses(failure, kSources));
  CHECK(comparableMessage("at 0x7f00aB, size 3\nException raised from x at 0x1") ==
        comparableMessage("at 0x5511, size 3"));
  CHECK(comparableMessage("size 3") != comparableMessage("size 4"));
}

TEST_CASE("another program is not replayed") {
  Replay replay = replayOf(sampleRecords());
  CHECK_FALSE(replay.pauses(first(), {sourceFile("/run/a.cpp", "a\nB\nc\n")}));
  CHECK(has(replay.difference(), "a.cpp is not as it was when the journal's run began"));
  replay = replayOf(sampleRecords());
  std::vector<JournalFile> more = kSources;
  more.push_back(sourceFile("/run/more.h", ""));
  CHECK_FALSE(replay.pauses(first(), more));
  CHECK(has(replay.difference(), "more.h is not as it was"));
}

TEST_CASE("a repair that is refused now is a difference, given out once") {
  Replay replay = replayOf(sampleRecords());
  REQUIRE(replay.pauses(first(), kSources));
  REQUIRE(replay.next());
  replay.outcome("a type changed");
  CHECK(replay.next() == nullptr);
  std::string difference = replay.difference();
  CHECK(has(difference,
            "the patch of a.cpp was applied in the journal's run and is not now: a type changed"));
  CHECK(replay.difference().empty());
  CHECK_FALSE(replay.pauses(second(), kSources)); // nothing is replayed any more
  CHECK(replay.difference().empty());
}

TEST_CASE("no more records, no repair, and repairs left over") {
  std::vector<Record> records = sampleRecords();
  Replay replay = replayOf(records);
  REQUIRE(replay.pauses(first(), kSources));
  replay.next();
  CHECK(replay.next() == nullptr); // the run is still paused
  CHECK(has(replay.difference(), "no further repair for pause 1"));

  records.resize(6); // ends behind the refused patch
  replay = replayOf(records);
  CHECK_FALSE(replay.pauses(first(), kSources));
  CHECK(has(replay.difference(), "no repair for pause 1"));

  records.resize(1);
  replay = replayOf(records);
  CHECK_FALSE(replay.pauses(first(), kSources));
  CHECK(has(replay.difference(), "the journal has no pause 1; here is std::out_of_range"));

  replay = replayOf(sampleRecords());
  REQUIRE(replay.pauses(first(), kSources));
  CHECK_FALSE(replay.pauses(second(), kSources)); // another thread's patch was not enough before
  CHECK(has(replay.difference(), "went on without the patch of a.cpp"));
}

TEST_CASE("another end is a difference") {
  Replay replay = replayOf(sampleRecords());
  replay.ends(3);
  CHECK(has(replay.difference(), "the run ends; expected std::out_of_range in train (a.cpp:12)"));
  replay = replayOf(sampleRecords());
  replay.pauses(first(), kSources);
  replay.next();
  replay.pauses(second(), kSources);
  replay.next();
  replay.ends(4);
  CHECK(has(replay.difference(), "ends with exit code 4; expected 3"));
}

TEST_CASE("a failure that needed no pause is not counted") {
  std::vector<Record> records = sampleRecords();
  FailureRecord followed = someFailure(2, "std::logic_error", 15);
  records.insert(records.begin() + 11, {10500, followed});
  records.insert(records.begin() + 12, {10600, ResumedRecord{2, "train", "/run/a.cpp", 15, 1}});
  Replay replay = replayOf(records);
  REQUIRE(replay.pauses(first(), kSources));
  replay.next();
  CHECK(replay.pauses(second(), kSources));
}

TEST_CASE("a journal cut at any byte is replayed as far as it goes") {
  const std::string text = textOf(sampleRecords());
  for (size_t size = 0; size <= text.size(); ++size) {
    std::string cut = text.substr(0, size);
    size_t lines = std::count(cut.begin(), cut.end(), '\n');
    auto contents = parseJournal(cut, "run.journal");
    REQUIRE(bool(contents));
    Replay replay(recordedRun(contents->records, contents->before_damage));
    size_t given = 0;
    if (replay.pauses(first(), kSources) && replay.next()) {
      ++given;
      if (replay.pauses(second(), kSources) && replay.next())
        ++given;
    }
    // The patch counts from its outcome on, line 9; the retry's is line 19.
    REQUIRE(given == (lines < 9 ? 0 : lines < 19 ? 1 : 2));
    REQUIRE(replay.active() == (given == 2));
    REQUIRE(replay.difference().empty() == (given == 2));
  }
}
