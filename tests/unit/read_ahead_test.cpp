// What was read ahead is taken by who wants just that, once.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "versions/read_ahead.h"

#include <doctest/doctest.h>

#include <atomic>

using namespace jithost;

namespace {

WantedBodies wanted(const std::string &text, const std::string &frame = "f") {
  WantedBodies bodies;
  bodies.unit = 1;
  bodies.version = 2;
  bodies.sources = {{"/a.h", "int x;"}, {"/a.cpp", text}};
  bodies.along.may_continue = frame;
  return bodies;
}

std::atomic<int> reads{0};

llvm::Expected<ReadBodies> readIt(const WantedBodies &bodies) {
  ++reads;
  if (bodies.sources[1].text == "wrong")
    return llvm::createStringError("it cannot be read");
  ReadBodies result;
  result.answer.bitcode = bodies.sources[1].text;
  return result;
}

} // namespace

TEST_CASE("the same is wanted") {
  ReadAhead ahead;
  reads = 0;
  ahead.begin(wanted("text"), readIt);
  ahead.begin(wanted("text"), readIt); // goes on
  auto taken = ahead.take(wanted("text"));
  REQUIRE(taken);
  REQUIRE(bool(*taken));
  CHECK((*taken)->answer.bitcode == "text");
  CHECK(reads == 1);
  CHECK_FALSE(ahead.take(wanted("text")));
}

TEST_CASE("something else is wanted") {
  ReadAhead ahead;
  for (const auto &other : {wanted("other"), wanted("text", "g")}) {
    ahead.begin(wanted("text"), readIt);
    CHECK_FALSE(ahead.take(other));
  }
  WantedBodies later = wanted("text"), beside = wanted("text");
  later.version = 3;
  beside.unit = 0;
  CHECK_FALSE(ahead.take(later));
  CHECK_FALSE(ahead.take(beside));
  auto taken = ahead.take(wanted("text"));
  REQUIRE(taken);
  CHECK(bool(*taken));
}

TEST_CASE("it was written again: what was read first is dropped") {
  ReadAhead ahead;
  ahead.begin(wanted("first"), readIt);
  ahead.begin(wanted("second"), readIt);
  CHECK_FALSE(ahead.take(wanted("first")));
  auto taken = ahead.take(wanted("second"));
  REQUIRE(taken);
  REQUIRE(bool(*taken));
  CHECK((*taken)->answer.bitcode == "second");
}

TEST_CASE("what is wrong is said to who takes it") {
  ReadAhead ahead;
  ahead.begin(wanted("wrong"), readIt);
  auto taken = ahead.take(wanted("wrong"));
  REQUIRE(taken);
  REQUIRE_FALSE(bool(*taken));
  CHECK(llvm::toString(taken->takeError()) == "it cannot be read");
  ahead.begin(wanted("text"), readIt);
  ahead.clear();
  CHECK_FALSE(ahead.take(wanted("text")));
}
