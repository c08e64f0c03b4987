// A process that writes one rescue after the other is killed at any moment: the archives that have
// their names are whole, and the one before the last is still there.
#include "rescue/rescue.h"
#include "rescue/rescue_files.h"
#include "temporary_folder.h"

#include <torch/torch.h>

// LibTorch built with glog brings a CHECK of its own, which ends the process.
#undef CHECK
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <set>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

constexpr int64_t Count = 1 << 20; // values of each tensor
constexpr int Kills = 20;

/// Until it is killed.
[[noreturn]] void writeForEver(const std::string &folder) {
  std::vector<at::Tensor> values(3);
  JitHostVariable variable{"values", "std::vector<at::Tensor>", nullptr, 0, &values, "main"};
  for (int round = 0;; ++round) {
    for (at::Tensor &tensor : values)
      tensor = torch::full({Count}, round, torch::kFloat);
    auto files = llvm::cantFail(jithost::RescueFiles::create(folder));
    std::string path = files->archivePath();
    JitHostRescue asked{&variable, 1, files->archive(), path.c_str()};
    JitHostRescued rescued = jit_host_rescue(&asked);
    if (!rescued.written)
      std::abort();
    llvm::cantFail(files->keep(rescued.text, true));
    jit_host_free_rescued(&rescued);
  }
}

std::set<fs::path> archivesIn(const fs::path &folder) {
  std::set<fs::path> found;
  if (fs::exists(folder))
    for (const auto &entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".pt")
        found.insert(entry.path());
  return found;
}

/// The three tensors hold one number, everywhere.
bool isWhole(const fs::path &path) {
  torch::serialize::InputArchive archive, tensors, values;
  archive.load_from(path.string());
  archive.read("tensors", tensors);
  tensors.read("values", values);
  std::vector<at::Tensor> read;
  for (int i = 0; i < 3; ++i) {
    c10::IValue value;
    values.read(std::to_string(i), value);
    read.push_back(value.toTensor());
  }
  const float number = read[0][0].item<float>();
  for (const at::Tensor &tensor : read)
    if (tensor.numel() != Count || !torch::equal(tensor, torch::full({Count}, number)))
      return false;
  return true;
}

pid_t startWriter(const std::string &folder) {
  std::string self = "/proc/self/exe", word = "write", argument = folder;
  char *arguments[] = {self.data(), word.data(), argument.data(), nullptr};
  pid_t writer = 0;
  REQUIRE(posix_spawn(&writer, self.c_str(), nullptr, nullptr, arguments, environ) == 0);
  return writer;
}

/// Only the newest stays: the disk is not endless.
void removeAllBut(const std::set<fs::path> &archives, const fs::path &kept) {
  for (const fs::path &archive : archives)
    if (archive != kept) {
      fs::remove(archive);
      fs::remove(fs::path(archive).replace_extension(".txt"));
    }
}

} // namespace

TEST_CASE("killed at twenty moments") {
  TemporaryFolder folder;
  std::mt19937 random(4);
  fs::path newest;
  for (int kill_number = 0; kill_number < Kills; ++kill_number) {
    CAPTURE(kill_number);
    const size_t before = archivesIn(folder.path).size();
    const pid_t writer = startWriter(folder.path);
    while (archivesIn(folder.path).size() < before + 2) {
      REQUIRE(waitpid(writer, nullptr, WNOHANG) == 0); // it lives
      std::this_thread::sleep_for(1ms);
    }
    // While the next one is written; then comes fsync, which takes longer.
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 25000));
    kill(writer, SIGKILL);
    waitpid(writer, nullptr, 0);

    const std::set<fs::path> archives = archivesIn(folder.path);
    if (!newest.empty())
      CHECK(archives.count(newest) == 1);
    for (const fs::path &archive : archives)
      CHECK(isWhole(archive));
    newest = *archives.rbegin();
    removeAllBut(archives, newest);
  }
}

TEST_CASE("what a killed process left is written over, and what another one holds is not") {
  TemporaryFolder folder;
  write(folder / "rescue-0003.txt", "there already");
  write(folder / "rescue-0004.pt.part", "left over");
  auto first = llvm::cantFail(jithost::RescueFiles::create(folder.path));
  auto second = llvm::cantFail(jithost::RescueFiles::create(folder.path));
  CHECK(fs::path(first->archivePath()).filename() == "rescue-0004.pt");
  CHECK(fs::path(second->archivePath()).filename() == "rescue-0005.pt");
  CHECK(fs::file_size(folder / "rescue-0004.pt.part") == 0);
  llvm::cantFail(first->keep("text", false));
  first.reset();
  second.reset();
  CHECK(read(folder / "rescue-0004.txt") == "text");
  CHECK(archivesIn(folder.path).empty());
  CHECK(!fs::exists(folder / "rescue-0005.pt.part"));
  CHECK(!fs::exists(folder / "rescue-0004.pt.part"));
}

TEST_CASE("a folder that cannot be made") {
  TemporaryFolder folder;
  write(folder / "file", "");
  auto files = jithost::RescueFiles::create(folder / "file/below");
  REQUIRE(!files);
  CHECK(llvm::toString(files.takeError()).find("cannot make the folder") == 0);
}

int main(int argc, char **argv) {
  if (argc == 3 && argv[1] == std::string("write"))
    writeForEver(argv[2]);
  return doctest::Context(argc, argv).run();
}
