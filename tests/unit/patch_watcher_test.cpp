// The patches folder: what is taken, when, together with what, and what is said of the rest.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "pause/patch_watcher.h"

#include "pause/patch_folder.h"

#include "watched_folder.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace jithost;

namespace {

std::string errorOf(const std::string &folder) {
  Strings warnings;
  auto watcher = PatchWatcher::create(folder, warnings);
  return watcher ? "(accepted)" : llvm::toString(watcher.takeError());
}

bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a saved source is a patch, with its text and times") {
  Watched watched;
  CHECK(watched.watcher->update() == -1);
  double before_ms = nowMs();
  watched.drop("net.cpp", "int fixed;\n");
  DroppedPatch patch = watched.next();
  REQUIRE(namesOf(patch) == Strings{"net.cpp"});
  CHECK(patch.files[0].path == watched.in("net.cpp"));
  CHECK(patch.files[0].text == "int fixed;\n");
  CHECK(patch.complaints.empty());
  CHECK(patch.settled_at_ms >= before_ms);
  CHECK(patch.detected_at_ms - patch.settled_at_ms >= 20);
  CHECK(patch.detected_at_ms <= nowMs());
  CHECK(watched.nothingComes());
}

TEST_CASE("a file renamed into place is a patch") {
  Watched watched;
  write(watched.root / "net.cpp", "x");
  fs::rename(watched.root / "net.cpp", watched.in("net.cpp"));
  CHECK(namesOf(watched.next()) == Strings{"net.cpp"});
}

TEST_CASE("files that settle together are one patch, later ones another") {
  Watched watched;
  watched.drop("net.cpp", "x");
  watched.drop("net.h", "x");
  watched.drop("net.cpp", "y");
  DroppedPatch patch = watched.next();
  CHECK(namesOf(patch) == Strings{"net.cpp", "net.h"});
  CHECK(patch.files[0].text == "y");
  watched.drop("train.cpp", "x");
  CHECK(namesOf(watched.next()) == Strings{"train.cpp"});
}

TEST_CASE("a file that is still being written is waited for") {
  Watched watched;
  SUBCASE("not closed") {
    Writer writer(watched.in("net.cpp"));
    writer.put("half");
    CHECK(watched.nothingComes());
    writer.put(", whole");
    writer.finish();
  }
  SUBCASE("closed by one, open for another") {
    Writer writer(watched.in("net.cpp"));
    watched.drop("net.cpp", "half");
    CHECK(watched.nothingComes());
    writer.put("half, whole");
    writer.finish();
  }
  SUBCASE("renamed into place by one that goes on writing") {
    Writer writer(watched.root / "net.cpp");
    writer.put("half");
    fs::rename(watched.root / "net.cpp", watched.in("net.cpp"));
    watched.drop("net.h", "h");
    CHECK(watched.nothingComes());
    DroppedPatch complaint = watched.next();
    CHECK(complaint.files.empty());
    CHECK(complaint.complaints ==
          Strings{"net.cpp is still open for writing; waiting until it is closed"});
    writer.put(", whole");
    writer.finish();
  }
  DroppedPatch patch = watched.next();
  REQUIRE(!patch.files.empty());
  CHECK(patch.files[0].text == "half, whole");
}

TEST_CASE("editors' temporary files are ignored without a word") {
  Watched watched;
  for (const char *name :
       {".net.cpp", "net.cpp~", ".net.cpp.swp", "net.swx", "net.cpp.tmp", "net.cpp.part",
        "net.cpp.bak", "4913", "#net.cpp#", ".#net.cpp", ".git/net.cpp"})
    watched.drop(name, "x");
  CHECK(watched.nothingComes());
  watched.drop("net.cpp", "x");
  CHECK(namesOf(watched.next()) == Strings{"net.cpp"});
}

TEST_CASE("sources and headers are taken; other names are complained about once") {
  Watched watched;
  Strings names{"a.cc", "a.cpp", "a.cuh", "a.cxx", "a.h", "a.hh", "a.hpp", "a.inl", "a.ipp"};
  for (const std::string &name : names)
    watched.drop(name, "x");
  CHECK(namesOf(watched.next()) == names);
  watched.drop("notes.txt", "x");
  DroppedPatch patch = watched.next();
  CHECK(patch.files.empty());
  CHECK(patch.complaints ==
        Strings{"notes.txt is neither a C++ source nor a header; it is left alone"});
  watched.drop("notes.txt", "y");
  CHECK(watched.nothingComes());
}

TEST_CASE("subfolders are watched, those that come later too; applied/ is not") {
  Watched watched(false);
  fs::create_directories(watched.in("models/deep"));
  fs::create_directories(watched.in("applied/0001"));
  watched.start();
  watched.drop("models/deep/net.cpp", "x");
  CHECK(namesOf(watched.next()) == Strings{"models/deep/net.cpp"});
  watched.drop("new/deeper/train.cpp", "x"); // may be there before its folder is watched
  CHECK(namesOf(watched.next()) == Strings{"new/deeper/train.cpp"});
  watched.drop("new/deeper/train.cpp", "y");
  CHECK(namesOf(watched.next()) == Strings{"new/deeper/train.cpp"});
  watched.drop("applied/0001/net.cpp", "x");
  CHECK(watched.nothingComes());
}

TEST_CASE("a subfolder that is moved goes on being watched under its new name") {
  Watched watched(false);
  fs::create_directories(watched.in("models"));
  watched.start();
  fs::rename(watched.in("models"), watched.in("nets"));
  watched.drop("nets/net.cpp", "x");
  CHECK(namesOf(watched.next()) == Strings{"nets/net.cpp"});
  fs::rename(watched.in("nets"), watched.root / "elsewhere");
  write(watched.root / "elsewhere/net.cpp", "y");
  CHECK(watched.nothingComes());
}

TEST_CASE("files that were there before are not taken until they are written again") {
  Watched watched(false);
  watched.drop("old.cpp", "x");
  watched.drop("models/old.h", "x");
  watched.drop("README.md", "x");
  watched.drop("applied/0001/net.cpp", "x");
  watched.start();
  REQUIRE(watched.warnings.size() == 2);
  CHECK(has(watched.warnings[0], "models/old.h was in "));
  CHECK(has(watched.warnings[1], "it is not taken until it is written again"));
  CHECK(watched.nothingComes());
  watched.drop("new.cpp", "x");
  CHECK(namesOf(watched.next()) == Strings{"new.cpp"});
  watched.drop("old.cpp", "y");
  CHECK(namesOf(watched.next()) == Strings{"old.cpp"});
}

TEST_CASE("an empty file is waited for, and what was refused before is not tried again for it") {
  Watched watched;
  watched.drop("refused.cpp", "x");
  watched.watcher->keep(watched.next());
  watched.drop("net.cpp", "");
  DroppedPatch patch = watched.next();
  CHECK(patch.files.empty());
  CHECK(patch.complaints == Strings{"net.cpp is empty; waiting for its content"});
  CHECK(fs::exists(watched.in("net.cpp")));
  watched.drop("net.cpp", "x");
  CHECK(namesOf(watched.next()) == Strings{"net.cpp", "refused.cpp"});
}

TEST_CASE("links that lead out are not followed, links inside are") {
  Watched watched;
  write(watched.root / "outside.cpp", "secret");
  fs::create_symlink(watched.root / "outside.cpp", watched.in("net.cpp"));
  DroppedPatch patch = watched.next();
  CHECK(patch.files.empty());
  REQUIRE(patch.complaints.size() == 1);
  CHECK(has(patch.complaints[0], "net.cpp is a link that leads out of the patches folder"));
  fs::create_symlink(watched.root / "nowhere.cpp", watched.in("broken.cpp"));
  CHECK(has(watched.next().complaints.at(0), "broken.cpp is a link that leads nowhere"));
  watched.drop("real.cpp", "x");
  watched.next();
  fs::create_symlink("real.cpp", watched.in("alias.cpp"));
  CHECK(namesOf(watched.next()) == Strings{"alias.cpp"});
  fs::create_hard_link(watched.root / "outside.cpp", watched.in("hard.cpp"));
  CHECK(namesOf(watched.next()) == Strings{"hard.cpp"});
}

TEST_CASE(
    "what is no regular file, cannot be read or has vanished is said so; the others are taken") {
  Watched watched;
  watched.drop("gone.cpp", "x");
  fs::remove(watched.in("gone.cpp"));
  mkfifo((watched.root / "pipe").c_str(), 0600);
  fs::rename(watched.root / "pipe", watched.in("pipe.cpp"));
  watched.drop("net.cpp", "x");
  watched.drop("secret.cpp", "x");
  fs::permissions(watched.in("secret.cpp"), fs::perms::none);
  bool root_reads_all = access(watched.in("secret.cpp").c_str(), R_OK) == 0;
  DroppedPatch patch = watched.next();
  CHECK(namesOf(patch) == (root_reads_all ? Strings{"net.cpp", "secret.cpp"} : Strings{"net.cpp"}));
  REQUIRE(patch.complaints.size() == (root_reads_all ? 2 : 3));
  CHECK(patch.complaints[0] == "gone.cpp vanished before it could be read");
  CHECK(patch.complaints[1] == "pipe.cpp is not a regular file");
  if (!root_reads_all)
    CHECK(has(patch.complaints[2], "secret.cpp cannot be read: Permission denied"));
}

TEST_CASE("what is kept comes again with the next file, as it is on disk then") {
  Watched watched;
  watched.drop("a.cpp", "refused");
  watched.drop("b.cpp", "refused");
  watched.drop("c.cpp", "refused");
  DroppedPatch refused = watched.next();
  REQUIRE(refused.files.size() == 3);
  watched.watcher->keep(refused);
  CHECK(watched.nothingComes());
  fs::remove(watched.in("b.cpp"));
  watched.drop("c.cpp", "corrected");
  watched.drop("d.cpp", "new");
  DroppedPatch patch = watched.next();
  CHECK(namesOf(patch) == Strings{"a.cpp", "c.cpp", "d.cpp"});
  CHECK(patch.files[1].text == "corrected");
  CHECK(patch.complaints.empty());
  watched.drop("e.cpp", "new"); // not kept again: nothing comes with it
  CHECK(namesOf(watched.next()) == Strings{"e.cpp"});
}

TEST_CASE("applied patches are moved, numbered across runs") {
  Watched watched(false);
  watched.drop("applied/0007/old.cpp", "x");
  watched.start();
  watched.drop("net.cpp", "x");
  watched.drop("models/net.h", "h");
  DroppedPatch patch = watched.next();
  REQUIRE(patch.files.size() == 2);
  CHECK(llvm::cantFail(watched.watcher->moveToApplied(patch)) == watched.in("applied/0008"));
  CHECK(read(watched.in("applied/0008/net.cpp")) == "x");
  CHECK(read(watched.in("applied/0008/models/net.h")) == "h");
  CHECK_FALSE(fs::exists(watched.in("net.cpp")));
  CHECK_FALSE(fs::exists(watched.in("models/net.h")));
  CHECK(watched.nothingComes());
  watched.drop("net.cpp", "y");
  CHECK(llvm::cantFail(watched.watcher->moveToApplied(watched.next())) ==
        watched.in("applied/0009"));
}

TEST_CASE("a patch from elsewhere is copied to applied, and no file of its name in the folder is "
          "touched") {
  Watched watched;
  watched.drop("net.cpp", "theirs");
  DroppedPatch theirs = watched.next();
  watched.watcher->keep(theirs);
  DroppedPatch patch;
  patch.in_folder = false;
  patch.copied = true;
  patch.files = {{"src/net.cpp", "/elsewhere/src/net.cpp", "a"},
                 {"net.cpp", "/elsewhere/net.cpp", "theirs"}};
  watched.watcher->keep(patch); // nothing to keep
  CHECK(llvm::cantFail(watched.watcher->moveToApplied(patch)) == watched.in("applied/0001"));
  CHECK(read(watched.in("applied/0001/src/net.cpp")) == "a");
  CHECK(read(watched.in("net.cpp")) == "theirs");
  watched.drop("other.cpp", "x");
  CHECK(namesOf(watched.next()) == Strings{"net.cpp", "other.cpp"}); // still kept
}

TEST_CASE("a file written again while it was being applied stays and comes next") {
  Watched watched;
  watched.drop("net.cpp", "applied");
  DroppedPatch patch = watched.next();
  SUBCASE("with other text") {
    watched.drop("net.cpp", "newer");
    llvm::cantFail(watched.watcher->moveToApplied(patch));
    CHECK(namesOf(watched.next()) == Strings{"net.cpp"});
    CHECK(read(watched.in("net.cpp")) == "newer");
  }
  SUBCASE("with the same text") {
    watched.drop("net.cpp", "applied");
    llvm::cantFail(watched.watcher->moveToApplied(patch));
    CHECK(watched.nothingComes());
  }
  SUBCASE("or removed") {
    fs::remove(watched.in("net.cpp"));
    llvm::cantFail(watched.watcher->moveToApplied(patch));
    CHECK(watched.nothingComes());
  }
  CHECK(read(watched.in("applied/0001/net.cpp")) == "applied");
}

TEST_CASE("a missing folder is made, whatever the umask, so that others cannot write to it") {
  TemporaryFolder root;
  mode_t before = umask(0);
  Strings warnings;
  auto watcher = PatchWatcher::create(root / "deep/patches/", warnings);
  umask(before);
  REQUIRE(bool(watcher));
  struct stat status;
  REQUIRE(stat((root / "deep/patches").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0755);
  CHECK((*watcher)->folder() == root / "deep/patches");
}

TEST_CASE("folders that others can write to are refused") {
  TemporaryFolder root;
  fs::create_directory(root / "patches");
  for (mode_t mode : {0775, 0757, 0777}) {
    chmod((root / "patches").c_str(), mode);
    std::string error = errorOf(root / "patches");
    CHECK(has(error, "can be written to by others, and a patch is code that runs as you"));
    CHECK(has(error, "chmod go-w " + (root / "patches")));
  }
  chmod((root / "patches").c_str(), 0755);
  if (geteuid() == 0) {
    REQUIRE(chown((root / "patches").c_str(), 12345, 0) == 0);
    CHECK(has(errorOf(root / "patches"), "belongs to another user (12345)"));
  }
  write(root / "file", "x");
  CHECK(has(errorOf(root / "file"), "is not a folder"));
}

TEST_CASE("a subfolder that others can write to is not watched") {
  Watched watched;
  fs::create_directory(watched.root / "open");
  chmod((watched.root / "open").c_str(), 0777);
  fs::rename(watched.root / "open", watched.in("open"));
  CHECK(has(watched.next().complaints.at(0), "open can be written to by others"));
  watched.drop("open/net.cpp", "x");
  CHECK(watched.nothingComes());
}

TEST_CASE("one folder serves one run") {
  Watched watched;
  std::string error = errorOf(watched.folder);
  CHECK(has(error, "serves another run (process " + std::to_string(getpid()) + ")"));
  CHECK(has(error, "--patches DIR"));
  watched.watcher.reset();
  CHECK(errorOf(watched.folder) == "(accepted)");
}

TEST_CASE(
    "a folder that is removed or moved away is made again, and what is in the new one counts") {
  Watched watched;
  SUBCASE("removed") { fs::remove_all(watched.folder); }
  SUBCASE("its lock alone") { fs::remove(watched.in(".lock")); }
  SUBCASE("moved") { fs::rename(watched.folder, watched.root / "elsewhere"); }
  SUBCASE("replaced") {
    fs::rename(watched.folder, watched.root / "elsewhere");
    watched.drop("early.cpp", "x");
    CHECK(namesOf(watched.next()) == Strings{"early.cpp"});
  }
  CHECK(watched.nothingComes());
  watched.drop("net.cpp", "x");
  CHECK(namesOf(watched.next()) == Strings{"net.cpp"});
  CHECK(has(errorOf(watched.folder), "serves another run"));
}

TEST_CASE("a folder that cannot be made again is complained about once, and looked for") {
  Watched watched;
  fs::remove_all(watched.folder);
  write(watched.folder, "in the way");
  DroppedPatch patch = watched.next();
  REQUIRE(patch.complaints.size() == 1);
  CHECK(has(patch.complaints[0], "is not a folder"));
  CHECK(watched.nothingComes());
  fs::remove(watched.folder);
  watched.next(1200);
  watched.drop("net.cpp", "x");
  CHECK(namesOf(watched.next()) == Strings{"net.cpp"});
}

TEST_CASE("opening a file for writing while it is being looked at does no harm") {
  // The look is a lease: the kernel sends a signal to us when somebody opens the file in that
  // moment.
  TemporaryFolder root;
  std::string path = root / "net.cpp";
  write(path, "x");
  pid_t looker = fork();
  if (looker == 0) {
    for (double begin_ms = nowMs(); nowMs() - begin_ms < 500;)
      readPatchFile(root.path, "net.cpp", true);
    _exit(42);
  }
  int status = 0;
  while (waitpid(looker, &status, WNOHANG) == 0)
    close(open(path.c_str(), O_WRONLY));
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 42);
}
