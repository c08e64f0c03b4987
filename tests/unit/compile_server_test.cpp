// The compile process: answers in order, and a child that crashes costs its request only.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/compile_server.h"
#include "temporary_folder.h"

#include <csignal>
#include <unistd.h>

using namespace jithost;

namespace {

Message answer(const Message &request, int) {
  if (request.text == "crash")
    raise(SIGSEGV);
  if (request.text == "exit")
    _exit(3);
  if (request.text == "slow")
    usleep(100000);
  if (request.text == "make") {
    write(request.blobs.at(0), "");
    return {"made", {}};
  }
  if (request.text == "until") {
    for (int i = 0; i < 1000 && !fs::exists(request.blobs.at(0)); ++i)
      usleep(10000);
    return {fs::exists(request.blobs.at(0)) ? "seen" : "late", {}};
  }
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

TEST_CASE("the next request starts as soon as one is done, not when all that run are") {
  auto server = CompileServer::start(answer);
  REQUIRE(static_cast<bool>(server));
  TemporaryFolder folder;
  std::string file = folder / "made";
  auto answers =
      (*server)->call({{"until", {file}}, {"b", {}}, {"make", {file}}, {"crash", {}}}, 2);
  REQUIRE(answers.size() == 4);
  CHECK(answers[0]->text == "seen");
  CHECK(answers[1]->text == "b!");
  CHECK(answers[2]->text == "made");
  CHECK(!answers[3]);
  llvm::consumeError(answers[3].takeError());
}
