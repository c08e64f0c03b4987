// The compile process: answers in order, and a child that crashes costs its request only.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/compile_server.h"

#include <csignal>
#include <unistd.h>

using namespace jithost;

namespace {

Message answer(const Message &request) {
  if (request.text == "crash")
    raise(SIGSEGV);
  if (request.text == "exit")
    _exit(3);
  if (request.text == "slow")
    usleep(100000);
  return {request.text + "!",
          {std::string(request.blobs.empty() ? 0 : request.blobs[0].size(), 'x')}};
}

} // namespace

TEST_CASE("requests are answered, crashes are errors, and the server goes on") {
  auto server = CompileServer::start(answer);
  REQUIRE(static_cast<bool>(server));
  auto first = (*server)->call({"hello", {std::string(5 << 20, 'a')}});
  REQUIRE(static_cast<bool>(first));
  CHECK(first->text == "hello!");
  CHECK(first->blobs.at(0).size() == 5 << 20);

  for (const char *end : {"crash", "exit"}) {
    auto crashed = (*server)->call({end, {}});
    REQUIRE(!crashed);
    CHECK(llvm::toString(crashed.takeError()) == "the compile process ended without an answer");
  }

  auto answers = (*server)->call({{"slow", {}}, {"b", {}}, {"c", {}}}, 2);
  REQUIRE(answers.size() == 3);
  std::string all;
  for (auto &one : answers) {
    REQUIRE(static_cast<bool>(one));
    all += one->text;
  }
  CHECK(all == "slow!b!c!");
}
