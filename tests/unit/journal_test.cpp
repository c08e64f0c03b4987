// Journals: what was written is read, whatever became of the file.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "trace/journal.h"
#include "trace/story.h"

#include "sample_journal.h"
#include "temporary_folder.h"

#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace jithost;

static JournalContents parsed(const std::string &text) {
  auto contents = parseJournal(text, "run.journal");
  REQUIRE_MESSAGE(bool(contents), llvm::toString(contents.takeError()));
  return std::move(*contents);
}

static std::string errorOf(llvm::Error error) { return llvm::toString(std::move(error)); }

static std::unique_ptr<Journal> created(const std::string &path) {
  auto journal = Journal::create(path, LaunchRecord(), 0);
  REQUIRE_MESSAGE(bool(journal), llvm::toString(journal.takeError()));
  return std::move(*journal);
}

static std::string errorOfParsing(const std::string &text) {
  auto contents = parseJournal(text, "run.journal");
  REQUIRE_FALSE(bool(contents));
  return llvm::toString(contents.takeError());
}

static bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("every record comes back with all its fields") {
  std::string text = textOf(sampleRecords());
  JournalContents contents = parsed(text);
  CHECK(contents.records.size() == sampleRecords().size());
  CHECK(contents.before_damage == contents.records.size());
  CHECK_FALSE(contents.cut);
  CHECK(textOf(contents.records) == text);
  CHECK(text.rfind(std::string(kJournalMark), 0) == 0);
}

TEST_CASE("texts of files come back byte by byte, UTF-8 or not") {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte)
    every_byte += static_cast<char>(byte);
  for (const std::string &text :
       {std::string("\u00fc = \u221a2\r\n\t"), every_byte, std::string()}) {
    Record record{0, PatchRecord{1, 1, {droppedFile("a.cpp", text)}}};
    std::string line = lineOf(record);
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    auto back = recordOf(line.substr(0, line.size() - 1));
    REQUIRE(back);
    CHECK(std::get<PatchRecord>(back->content).files[0].text == text);
  }
}

TEST_CASE("a journal cut at any byte tells all its whole lines, and that it was cut") {
  const std::string text = textOf(sampleRecords());
  for (size_t size = 0; size <= text.size(); ++size) {
    std::string cut = text.substr(0, size);
    JournalContents contents = parsed(cut);
    size_t lines = std::count(cut.begin(), cut.end(), '\n');
    bool in_a_record = !cut.empty() && cut.back() != '\n';
    REQUIRE(contents.records.size() == lines);
    REQUIRE(contents.before_damage == lines);
    REQUIRE(contents.damaged_lines.empty());
    REQUIRE(contents.cut == in_a_record);
    std::string told = story(contents);
    REQUIRE(has(told, "cut in the middle of a record") == in_a_record);
    REQUIRE(has(told, "incomplete: the run had not ended") == (size < text.size()));
    REQUIRE(has(told, "failure 2") == (lines > 11));
  }
}

TEST_CASE("what a newer jit-host wrote is an error that says what to do") {
  std::string text = textOf(sampleRecords());
  text.replace(text.find("\"format\":1"), 10, "\"format\":2");
  std::string error = errorOfParsing(text);
  CHECK(has(error, "format 2"));
  CHECK(has(error, "use the jit-host that wrote it"));
}

TEST_CASE("other files are no journals") {
  CHECK(has(errorOfParsing("int main() {}\n"), "run.journal is no journal of jit-host"));
  CHECK(has(errorOfParsing("{\"record\":\"failure\"}\n"), "is no journal"));
  auto missing = readJournal("/nowhere/run.journal");
  CHECK(has(errorOf(missing.takeError()), "cannot read the journal /nowhere/run.journal: No such"));
}

TEST_CASE("a damaged line is left out; what comes before it can be replayed") {
  std::vector<Record> records = sampleRecords();
  std::string first = lineOf(records[0]), third = lineOf(records[2]);
  for (std::string damaged : {"\n", "{}\n", "{\"record\":\"pause\",\"at_ms\":1}\n", "[1,2\n",
                              "\xff\xfe\n", "{\"record\":\"new kind\",\"at_ms\":1}\n",
                              "{\"record\":\"end\",\"at_ms\":1,\"exit_code\":\"x\"}\n"}) {
    CAPTURE(damaged);
    JournalContents contents = parsed(first + damaged + third);
    CHECK(contents.records.size() == 2);
    CHECK(contents.before_damage == 1);
    CHECK(contents.damaged_lines == std::vector<unsigned>{2});
    CHECK(has(story(contents), "damaged: line 2 of the journal"));
  }
}

TEST_CASE("lost records count as damage") {
  JournalContents contents =
      parsed(lineOf(sampleRecords()[0]) + lineOf({1, GapRecord{3}}) + lineOf(sampleRecords()[2]));
  CHECK(contents.records.size() == 3);
  CHECK(contents.before_damage == 1);
  CHECK(contents.damaged_lines == std::vector<unsigned>{2});
}

TEST_CASE("threads write whole lines") {
  TemporaryFolder folder;
  auto journal = created(folder / "run.journal");
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (uint64_t i = 0; i < 200; ++i)
        journal->write(CommandRecord{thread * 1000 + i, 1, "eval", std::string(i * 10, 'x')});
    });
  for (std::thread &thread : threads)
    thread.join();
  JournalContents contents = parsed(read(folder / "run.journal"));
  CHECK(contents.damaged_lines.empty());
  std::set<uint64_t> answers;
  for (size_t i = 1; i < contents.records.size(); ++i) {
    answers.insert(std::get<CommandRecord>(contents.records[i].content).answer);
    CHECK(contents.records[i].at_ms >= contents.records[i - 1].at_ms);
  }
  CHECK(answers.size() == 800);
}

TEST_CASE("a journal takes the place of an older one, and of nothing else") {
  TemporaryFolder folder;
  std::string path = folder / "run.journal";
  created(path);
  CHECK(parsed(read(path)).records.size() == 1);
  created(path)->write(EndRecord{0});
  CHECK(parsed(read(path)).records.size() == 2);
  write(path, "");
  CHECK_FALSE(bool(Journal::check(path)));
  write(path, "{\"record\":\"jit-h"); // of a run that found the disk full
  CHECK_FALSE(bool(Journal::check(path)));

  write(folder / "a.cpp", "int main() {}\n");
  CHECK(has(errorOf(Journal::check(folder / "a.cpp")), "a file that is no journal"));
  CHECK(has(errorOf(Journal::check(folder.path)), "no regular file"));
  CHECK(has(errorOf(Journal::create(folder / "a.cpp", {}, 0).takeError()), "no journal"));
  CHECK(has(errorOf(Journal::create(folder / "none/j", {}, 0).takeError()),
            "nothing can be written to its folder: No such file"));
  CHECK(read(folder / "a.cpp") == "int main() {}\n");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 2);
}

TEST_CASE("a journal that a run is writing is not replaced") {
  TemporaryFolder folder;
  auto journal = created(folder / "run.journal");
  CHECK(has(errorOf(Journal::check(folder / "run.journal")), "another run writes"));
  journal.reset();
  CHECK_FALSE(bool(Journal::check(folder / "run.journal")));
}

/// In a child with a limit on the size of files. \return what it wrote to stderr
static std::string inSmallFiles(const std::string &errors, rlim_t limit,
                                const std::function<void(rlimit &)> &work) {
  pid_t child = fork();
  if (child == 0) {
    dup2(open(errors.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    rlimit size{};
    getrlimit(RLIMIT_FSIZE, &size);
    size.rlim_cur = limit;
    setrlimit(RLIMIT_FSIZE, &size);
    work(size);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status)); // SIGXFSZ did not end it
  return read(errors);
}

TEST_CASE("a full disk is said once; later records say how many were lost") {
  TemporaryFolder folder;
  std::string path = folder / "run.journal";
  std::string said = inSmallFiles(folder / "errors", 1000, [&](rlimit &size) {
    auto journal = created(path);
    for (int i = 0; i < 3; ++i)
      journal->write(CommandRecord{1, 1, "eval", std::string(2000, 'x')});
    size.rlim_cur = size.rlim_max;
    setrlimit(RLIMIT_FSIZE, &size);
    journal->write(EndRecord{5});
  });
  CHECK(has(said, "cannot write the journal " + path + ": File too large; the run goes on\n"));
  CHECK(said.find("cannot write") == said.rfind("cannot write"));
  JournalContents contents = parsed(read(path));
  REQUIRE(contents.records.size() == 3); // the launch, the gap, the end
  CHECK(std::get<GapRecord>(contents.records[1].content).lost == 3);
  CHECK(std::get<EndRecord>(contents.records[2].content).exit_code == 5);
  CHECK(contents.damaged_lines == std::vector<unsigned>{2, 3}); // half a record, the gap
}

TEST_CASE("a disk that is full from the start keeps the older journal") {
  TemporaryFolder folder;
  std::string path = folder / "run.journal";
  created(path)->write(EndRecord{7});
  const std::string before = read(path);
  std::string said = inSmallFiles(folder / "errors", 150, [&](rlimit &) {
    auto journal = created(path);
    CHECK_FALSE(journal->records());
    journal->write(EndRecord{8});
  });
  CHECK(has(said, "cannot write the journal"));
  CHECK(read(path) == before);
}

TEST_CASE("a program that closes all descriptors does not get its own files written to") {
  TemporaryFolder folder;
  std::string path = folder / "run.journal";
  auto journal = created(path);
  for (int descriptor = 3; descriptor < 64; ++descriptor)
    close(descriptor);
  int file = open((folder / "data").c_str(), O_WRONLY | O_CREAT, 0600);
  journal->write(EndRecord{1});
  close(file);
  CHECK(read(folder / "data").empty());
  CHECK(parsed(read(path)).records.size() == 2);
}

TEST_CASE("a forked child writes nothing") {
  TemporaryFolder folder;
  auto journal = created(folder / "run.journal");
  if (pid_t child = fork(); child == 0) {
    journal->write(EndRecord{1});
    _exit(0);
  } else {
    waitpid(child, nullptr, 0);
  }
  CHECK(parsed(read(folder / "run.journal")).records.size() == 1);
}

TEST_CASE("hashes are those of sha256sum") {
  CHECK(textHash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
