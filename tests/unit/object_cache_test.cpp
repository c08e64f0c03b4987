// The cache of compiled units: what counts as the same, what is noticed, and that neither damage
// nor other runs can do harm.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/cache_folder.h"
#include "compile/object_cache.h"
#include "temporary_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace jithost;

namespace {

constexpr uint64_t kEnough = 100 << 20;

FileState program(const std::string &path) {
  std::string text = read(path);
  return {path, true, text.size(), 0, contentHash(text)};
}

FileState system(const std::string &path) {
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  return {path, true, uint64_t(status.st_size),
          int64_t(status.st_mtim.tv_sec) * 1000000000 + status.st_mtim.tv_nsec, 0};
}

FileState missing(const std::string &path) { return {path, false, 0, 0, 0}; }

std::vector<fs::path> entriesIn(const std::string &folder) {
  std::vector<fs::path> found;
  if (fs::exists(folder))
    for (auto &entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file())
        found.push_back(entry.path());
  return found;
}

/// As if it had last been used that many seconds ago.
void age(const fs::path &path, int seconds) {
  timespec times[2] = {{time(nullptr) - seconds, 0}, {0, UTIME_OMIT}};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

std::string firstPart(const std::shared_ptr<UnitParts> &parts) {
  return parts ? parts->part(0).str() : "(none)";
}

} // namespace

TEST_CASE("what was stored under a key is found under it, part by part") {
  TemporaryFolder folder;
  ObjectCache cache(folder / "cache", kEnough);
  CHECK(!cache.find("key"));
  std::string large(3 << 20, 'x');
  REQUIRE(cache.store("key", {}, {"start", large, "", std::string("a\0b", 3)}) == "");
  auto found = ObjectCache(folder / "cache", kEnough).find("key");
  REQUIRE(found);
  CHECK(found->part(0) == "start");
  CHECK(found->part(1) == large);
  CHECK(found->part(2) == "");
  CHECK(found->part(3) == llvm::StringRef("a\0b", 3));
  found->rest();
  CHECK(found->part(1) == large);
  CHECK(!cache.find("other key"));
  CHECK(!cache.find(""));
}

TEST_CASE(
    "files of the program count by content, others by size and time, missing ones by absence") {
  TemporaryFolder folder;
  ObjectCache cache(folder / "cache", kEnough);
  std::string own = folder / "own.h", library = folder / "library.h", shadow = folder / "a/own.h";
  write(own, "int a;");
  write(library, "int b;");
  REQUIRE(cache.store("key", {program(own), system(library), missing(shadow)}, {"one"}) == "");
  CHECK(firstPart(cache.find("key")) == "one");

  SUBCASE("written again with the same content") {
    write(own, "int a;");
    CHECK(firstPart(cache.find("key")) == "one");
  }
  SUBCASE("other content of the same size") {
    write(own, "int c;");
    CHECK(!cache.find("key"));
  }
  SUBCASE("a library's header that was written again") {
    timespec times[2] = {{0, UTIME_OMIT}, {1000, 0}};
    REQUIRE(utimensat(AT_FDCWD, library.c_str(), times, 0) == 0);
    CHECK(!cache.find("key"));
  }
  SUBCASE("a header that is gone, or a folder now") {
    fs::remove(library);
    CHECK(!cache.find("key"));
    fs::create_directory(library);
    CHECK(!cache.find("key"));
  }
  SUBCASE("a header that now shadows another") {
    write(shadow, "int a;");
    CHECK(!cache.find("key"));
  }
}

TEST_CASE("each state of the headers has an entry of its own, the oldest beyond four go") {
  TemporaryFolder folder;
  ObjectCache cache(folder / "cache", kEnough);
  std::string own = folder / "own.h";
  for (int i = 0; i < 6; ++i) {
    write(own, "int a" + std::to_string(i) + ";");
    REQUIRE(cache.store("key", {program(own)}, {std::to_string(i)}) == "");
  }
  CHECK(entriesIn(folder / "cache").size() == 4);
  for (int i = 2; i < 6; ++i) {
    write(own, "int a" + std::to_string(i) + ";");
    CHECK(firstPart(cache.find("key")) == std::to_string(i));
  }
  write(own, "int a0;");
  CHECK(!cache.find("key"));
}

TEST_CASE("a damaged or truncated entry is none, and can be stored again") {
  TemporaryFolder folder;
  ObjectCache cache(folder / "cache", kEnough);
  std::string own = folder / "own.h";
  write(own, "int a;");
  std::vector<FileState> files{program(own), missing(folder / "a/own.h")};
  std::vector<std::string> parts{"start", std::string(5000, 'o'), "details"};
  REQUIRE(cache.store("key", files, parts) == "");
  fs::path entry = entriesIn(folder / "cache").at(0);
  std::string whole = read(entry);
  auto sameOrNone = [&](const std::string &damaged) {
    write(entry, damaged);
    auto found = cache.find("key");
    if (!found)
      return true;
    for (size_t i = 0; i < parts.size(); ++i)
      if (found->part(i) != parts[i])
        return false;
    return true;
  };
  unsigned refused = 0;
  for (size_t at = 0; at < whole.size(); at += at < 500 || at + 100 > whole.size() ? 1 : 37) {
    std::string damaged = whole;
    damaged[at] ^= 0x41;
    CHECK(sameOrNone(damaged));
    refused += !fs::exists(entry) || !cache.find("key");
    CHECK(sameOrNone(whole.substr(0, at)));
    CHECK(!fs::exists(entry)); // a shorter one never passes
  }
  CHECK(refused > 300); // all but what fills up to the next part
  CHECK(sameOrNone(whole + "x"));
  REQUIRE(cache.store("key", files, parts) == "");
  CHECK(firstPart(cache.find("key")) == "start");
}

TEST_CASE("all entries together stay within the limit: those unused for longest go first") {
  TemporaryFolder folder;
  constexpr uint64_t kLimit = 3500 << 10;
  ObjectCache cache(folder / "cache", kLimit);
  std::string megabyte(1 << 20, 'm');
  for (const char *key : {"a", "b", "c"})
    REQUIRE(cache.store(key, {}, {megabyte}) == "");
  int seconds = 1000;
  for (const fs::path &entry : entriesIn(folder / "cache"))
    age(entry, seconds++);
  CHECK(cache.find("a")); // used: now it is b's and c's turn
  REQUIRE(cache.store("d", {}, {megabyte}) == "");
  CHECK(cache.find("a"));
  CHECK(cache.find("d"));
  CHECK(bool(cache.find("b")) + bool(cache.find("c")) == 1);
  REQUIRE(cache.store("too large", {}, {std::string(4 << 20, 'm')}) == "");
  CHECK(!cache.find("too large"));
  CHECK(cache.find("d"));
  uint64_t total = 0;
  for (const fs::path &entry : entriesIn(folder / "cache"))
    total += fs::file_size(entry);
  CHECK(total <= kLimit);
  ObjectCache off(folder / "cache", 0);
  CHECK(off.store("e", {}, {"x"}) == "");
  CHECK(!off.find("d"));
  CHECK(!cache.find("e"));
}

TEST_CASE("temporary files of runs that died are removed after a while") {
  TemporaryFolder folder;
  std::string abandoned = folder / "cache/key/x.unit.123.tmp",
              fresh = folder / "cache/y.unit.4.tmp";
  write(abandoned, "half");
  write(fresh, "half");
  fs::last_write_time(abandoned, fs::file_time_type::clock::now() - std::chrono::hours(2));
  dropUnused(folder / "cache", ".unit", kEnough);
  CHECK(!fs::exists(abandoned));
  CHECK(fs::exists(fresh));
}

TEST_CASE("a cache that cannot be written says so and finds nothing") {
  TemporaryFolder folder;
  write(folder / "file", "");
  ObjectCache cache(folder / "file/cache", kEnough); // root may write everywhere, but not here
  CHECK(cache.store("key", {}, {"x"}).find("cannot create") == 0);
  CHECK(!cache.find("key"));
}

TEST_CASE("several processes store, find and drop at once; what is found is whole") {
  TemporaryFolder folder;
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child)
    if (children.push_back(fork()); children.back() == 0) {
      ObjectCache cache(folder / "cache", 1 << 20); // room for four
      bool good = true;
      for (int round = 0; round < 150; ++round) {
        int number = (round * 7 + child) % 6;
        std::string content(200000, char('a' + number)), key = "key" + std::to_string(number);
        if (auto found = cache.find(key))
          good &= found->part(0) == content;
        good &= cache.store(key, {}, {content}) == "";
      }
      _exit(good ? 0 : 1);
    }
  for (pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
}

TEST_CASE("the recorder remembers what was found, what was missing, and no folders") {
  TemporaryFolder folder;
  write(folder / "a.h", "int a;");
  FileRecorder recorder(llvm::vfs::createPhysicalFileSystem());
  recorder.setCurrentWorkingDirectory(folder.path.string());
  CHECK(recorder.status("a.h"));
  CHECK(recorder.openFileForRead(folder / "a.h"));
  CHECK(!recorder.openFileForRead("b.h"));
  CHECK(!recorder.exists(folder / "c/d.h"));
  CHECK(recorder.exists(folder.path.string()));
  std::vector<FileState> files = recorder.files();
  REQUIRE(files.size() == 3);
  CHECK(files[0].path == folder / "a.h");
  CHECK(files[0].exists);
  CHECK(files[1].path == folder / "b.h");
  CHECK(!files[1].exists);
  for (const FileState &file : files)
    CHECK(isAsItWas(file));
  write(folder / "b.h", "");
  CHECK(!isAsItWas(files[1]));
}
