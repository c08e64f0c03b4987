// When a failing statement is tried again by itself. A retry is stuck while it has not got past its
// statement.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "repair/retry_policy.h"

#include <doctest/doctest.h>

using namespace jithost;

namespace {

FailureFacts failureAt(unsigned line, const std::string &message = "busy") {
  return {"std::runtime_error", message, "load", "/src/a.cpp", line, line};
}

const FailureAnswer kTwice{Course::Retry, 2, 0.1};

} // namespace

TEST_CASE("a retry that fails in the same way at once is counted, with growing delays") {
  RetryPolicy policy;
  FailureAnswer often{Course::Retry, 8, 0.1};
  std::vector<std::string> stuck;
  for (double delay_s : {0.1, 0.4, 1.6, 6.4, 25.6, 60.0, 60.0, 60.0}) {
    auto retry = policy.atFailure(failureAt(3), often, stuck);
    REQUIRE(retry);
    CHECK(retry->delay_s == doctest::Approx(delay_s));
    CHECK(retry->of == 8);
    stuck = {"load$v1c" + std::to_string(retry->number)};
    policy.retried(stuck[0]);
  }
  CHECK_FALSE(policy.atFailure(failureAt(3), often, stuck));
}

TEST_CASE("what a retry gets past begins anew, however often") {
  RetryPolicy policy;
  for (int epoch = 0; epoch < 10; ++epoch) {
    auto retry = policy.atFailure(failureAt(3), kTwice, {});
    REQUIRE(retry);
    CHECK(retry->number == 1);
    policy.retried("load$v1c" + std::to_string(epoch));
  }
}

TEST_CASE("another place on the way does not make a stuck statement new") {
  RetryPolicy policy;
  policy.atFailure(failureAt(3), kTwice, {});
  policy.retried("a");
  CHECK(policy.atFailure(failureAt(9), kTwice, {"a"})->number == 1); // in something line 3 calls
  policy.retried("b");
  CHECK(policy.atFailure(failureAt(3), kTwice, {"a"})->number == 2); // b got past line 9
  policy.retried("c");
  CHECK_FALSE(policy.atFailure(failureAt(3), kTwice, {"c"}));
}

TEST_CASE("another message is counted from the beginning, but not for ever") {
  RetryPolicy policy;
  policy.atFailure(failureAt(3, "no file"), kTwice, {});
  policy.retried("r1");
  CHECK(policy.atFailure(failureAt(3, "half a file"), kTwice, {"r1"})->number == 1);
  policy.retried("r2");
  std::optional<Retry> retry;
  unsigned retries = 2;
  for (std::string message = "x";; message += "x", ++retries) {
    retry = policy.atFailure(failureAt(3, message), kTwice, {"r" + std::to_string(retries)});
    if (!retry)
      break;
    CHECK(retry->number == 1);
    policy.retried("r" + std::to_string(retries + 1));
  }
  CHECK(retries == 2 * kMessages);
}

TEST_CASE("numbers do not make another message") {
  CHECK(withoutNumbers("timed out after 0.25 s at 0x7ffe12ab") ==
        withoutNumbers("timed out after 13.5 s at 0x7ffd99f0"));
  CHECK(withoutNumbers("bad face") == "bad face");
  CHECK(withoutNumbers("cannot open a.txt") != withoutNumbers("cannot open b.txt"));
}

TEST_CASE("a retry that somebody typed is none of the limit's, but is stuck all the same") {
  RetryPolicy policy;
  for (const char *name : {"a", "b"}) {
    CHECK(policy.atFailure(failureAt(3), kTwice, {name == std::string("a") ? "" : "a"}));
    policy.retried(name);
  }
  CHECK_FALSE(policy.atFailure(failureAt(3), kTwice, {"b"}));
  policy.retried("typed");
  CHECK_FALSE(policy.atFailure(failureAt(3), kTwice, {"typed"}));
}

TEST_CASE("what is to pause or to fail is not tried again") {
  RetryPolicy policy;
  CHECK_FALSE(policy.atFailure(failureAt(3), {Course::Pause, 3, 0.1}, {}));
  CHECK_FALSE(policy.atFailure(failureAt(3), {Course::Fail, 3, 0.1}, {}));
}
