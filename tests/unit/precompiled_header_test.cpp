// Whether a precompiled header still fits the files it was made of.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "compile/precompiled_header.h"

#include "temporary_folder.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace jithost;

namespace {

FileState stateOf(const std::string &path) {
  struct stat now;
  REQUIRE(stat(path.c_str(), &now) == 0);
  FileState state;
  state.path = path;
  state.exists = true;
  state.size = now.st_size;
  state.modified_ns = int64_t(now.st_mtim.tv_sec) * 1000000000 + now.st_mtim.tv_nsec;
  return state;
}

} // namespace

TEST_CASE("it is current for as long as all of its files are as they were") {
  TemporaryFolder folder;
  const std::string header = folder / "torch.pch", a = folder / "a.h", b = folder / "with blank.h";
  write(header, "precompiled");
  write(a, "int a;");
  write(b, "int b;");
  CHECK_FALSE(isHeaderCurrent(header)); // nobody knows what it is made of
  REQUIRE(noteHeaderFiles(header, {stateOf(a), stateOf(b)}).empty());
  CHECK(isHeaderCurrent(header));

  write(b, "int bb;");
  CHECK_FALSE(isHeaderCurrent(header));
  REQUIRE(noteHeaderFiles(header, {stateOf(a), stateOf(b)}).empty());
  CHECK(isHeaderCurrent(header));

  timespec before[2] = {{1, 0}, {1, 0}}; // what an update brings is older than the cache
  REQUIRE(utimensat(AT_FDCWD, a.c_str(), before, 0) == 0);
  CHECK_FALSE(isHeaderCurrent(header));
  REQUIRE(noteHeaderFiles(header, {stateOf(a), stateOf(b)}).empty());
  CHECK(isHeaderCurrent(header));

  REQUIRE(unlink(a.c_str()) == 0);
  CHECK_FALSE(isHeaderCurrent(header));
}

TEST_CASE("without the header, or with notes that cannot be read") {
  TemporaryFolder folder;
  const std::string header = folder / "torch.pch";
  REQUIRE(noteHeaderFiles(header, {}).empty());
  CHECK_FALSE(isHeaderCurrent(header));
  write(header, "precompiled");
  CHECK(isHeaderCurrent(header));
  write(header + kHeaderFiles, "nonsense\n");
  CHECK_FALSE(isHeaderCurrent(header));
}
