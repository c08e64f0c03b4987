// Files in the patches folder that have not settled yet, but are likely to be the patch.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "watched_folder.h"

using namespace jithost;

TEST_CASE("files that are quiet are told of before they settle") {
  Watched patches;
  std::vector<DroppedPatch> told;
  patches.watcher->whenQuiet([&](const DroppedPatch &patch) { told.push_back(patch); });
  patches.drop("a.cpp", "int x;");
  DroppedPatch patch = patches.next();
  REQUIRE(patch.files.size() == 1);
  REQUIRE(told.size() == 1);
  CHECK(namesOf(told[0]) == Strings{"a.cpp"});
  CHECK(told[0].files[0].text == "int x;");

  // Refused, it is tried again with the next one; told of once for each time something is written.
  patches.watcher->keep(patch);
  told.clear();
  patches.drop("b.cpp", "int y;");
  patch = patches.next();
  CHECK(namesOf(patch) == Strings{"a.cpp", "b.cpp"});
  REQUIRE(told.size() == 1);
  CHECK(namesOf(told[0]) == Strings{"a.cpp", "b.cpp"});

  told.clear();
  patches.watcher->whenQuiet(nullptr);
  patches.drop("c.cpp", "int z;");
  CHECK(patches.next().files.size() == 1);
  CHECK(told.empty());
}

TEST_CASE("a file that is written again before it settles is told of again") {
  Watched patches;
  Strings told;
  patches.watcher->whenQuiet([&](const DroppedPatch &patch) {
    told.push_back(patch.files[0].text);
    if (told.size() == 1)
      patches.drop("a.cpp", "second");
  });
  patches.drop("a.cpp", "first");
  DroppedPatch patch = patches.next();
  REQUIRE(patch.files.size() == 1);
  CHECK(patch.files[0].text == "second");
  CHECK(told == Strings{"first", "second"});
}

TEST_CASE("a file that is still being written is not told of") {
  Watched patches;
  bool told = false;
  patches.watcher->whenQuiet([&](const DroppedPatch &) { told = true; });
  Writer writer(patches.in("a.cpp"));
  writer.put("int x;");
  CHECK(patches.nothingComes());
  CHECK_FALSE(told);
  writer.finish();
  CHECK(patches.next().files.size() == 1);
  CHECK(told);
}
