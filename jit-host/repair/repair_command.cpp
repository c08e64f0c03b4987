// One try: a private folder, the command, what it left there.
#include "repair_command.h"

#include "../pause/patch_folder.h"
#include "command_process.h"
#include "file_difference.h"
#include "retry_policy.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <spdlog/fmt/fmt.h>

namespace jithost {
namespace {

namespace fs = std::filesystem;

constexpr const char *kNoHelp = "no help";

/// 0700, gone at the end of the scope.
class PrivateFolder {
public:
  PrivateFolder() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "jit-host-repair-XXXXXX").string();
    if (!error && mkdtemp(name.data()))
      path_ = fs::canonical(name, error).string();
  }
  PrivateFolder(const PrivateFolder &) = delete;
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty())
      fs::remove_all(path_, ignored);
  }
  const std::string &path() const { return path_; }

private:
  std::string path_; // empty: it could not be made
};

/// Sources in `folder` and below, links and editors' files left out; names relative to it.
std::vector<std::string> sourcesIn(const std::string &folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (entry->is_symlink(error) || !entry->is_regular_file(error) || isTemporaryName(name) ||
        !isSourceName(name))
      continue;
    names.push_back(fs::relative(entry->path(), folder, error).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

const SourceFile *find(const std::vector<SourceFile> &sources, const std::string &path) {
  auto found = std::find_if(sources.begin(), sources.end(),
                            [&](const SourceFile &source) { return source.path == path; });
  return found == sources.end() ? nullptr : &*found;
}

std::string keyOf(const PauseScreen &screen) {
  return screen.function + "\n" + screen.what + "\n" + withoutNumbers(screen.message);
}

} // namespace

bool RepairCommand::wants(const PauseScreen &screen, uint64_t failure) {
  if (settings_.command.empty())
    return false;
  Record &record = records_[keyOf(screen)];
  if (record.failure != failure) {
    bool again = !record.tries.empty() && record.tries.back().outcome == "applied";
    if (again) {
      record.tries.back().outcome = kNoHelp;
      record.tries.back().reason = "it was applied, and the same failure came again";
    } else {
      record = Record();
    }
    record.failure = failure;
    record.left_to_people = false;
  }
  current_ = &record;
  return !record.left_to_people;
}

std::string RepairCommand::ofTries() const {
  return fmt::format("try {} of {}", current_->tries.size() + 1, settings_.tries);
}

std::optional<PauseAnswer> RepairCommand::ask(RepairRequest request) {
  Record &record = *current_;
  while (!record.left_to_people && record.tries.size() < settings_.tries) {
    PrivateFolder folder;
    request.patches_folder = folder.path();
    request.number = record.tries.size() + 1;
    request.tries = record.tries;
    RepairTry result;
    std::optional<PauseAnswer> answer = runOnce(request, result);
    if (answer && result.outcome.empty()) { // somebody was quicker
      console_.note("the repair command is ended: it is left to you");
      record.left_to_people = true;
      return answer;
    }
    if (!answer)
      console_.note(result.reason + " (" + ofTries() + ")");
    record.tries.push_back(std::move(result));
    if (answer)
      return answer;
  }
  if (!record.left_to_people)
    console_.note("the repair command has no tries left for this failure");
  record.left_to_people = true;
  return std::nullopt;
}

/// \return the patch, with `result.outcome` set, or what somebody else has done, without
std::optional<PauseAnswer> RepairCommand::runOnce(const RepairRequest &request, RepairTry &result) {
  CommandRequest command{settings_.command,
                         settings_.launch_folder,
                         toJson(request),
                         {"JIT_HOST_PATCHES=" + request.patches_folder,
                          "JIT_HOST_TRY=" + std::to_string(request.number)},
                         request.patches_folder};
  result.outcome = "error";
  if (request.patches_folder.empty()) {
    result.reason = "there can be no folder for the repair command's patch; TMPDIR names one";
    return std::nullopt;
  }
  console_.note(
      fmt::format("runs the repair command, {}, for {:g} s at most", ofTries(), settings_.time_s));
  auto process = CommandProcess::start(
      command, [this](const std::string &line) { console_.showRepair(line); });
  if (!process) {
    result.reason = llvm::toString(process.takeError());
    return std::nullopt;
  }
  const double end_ms = nowMs() + settings_.time_s * 1000;
  while (!(*process)->update()) {
    double left_s = (end_ms - nowMs()) / 1000;
    if (left_s <= 0) {
      (*process)->end();
      result.reason =
          fmt::format("the repair command took more than {:g} s and was ended", settings_.time_s);
      return std::nullopt;
    }
    if (auto answer =
            console_.waitBeside(request.screen, watcher_, (*process)->descriptor(), left_s)) {
      (*process)->end();
      result.outcome.clear();
      return answer;
    }
  }
  if ((*process)->exitCode() != 0) {
    result.reason = "the repair command " + (*process)->howItEnded();
    return std::nullopt;
  }
  PauseAnswer answer{PauseCommand::Patch, {}, ""};
  takeFiles(request, result, answer.patch);
  if (answer.patch.files.empty())
    return std::nullopt;
  return answer;
}

/// What it left becomes `patch`, unless nothing is new in it or it is not wanted.
void RepairCommand::takeFiles(const RepairRequest &request, RepairTry &result,
                              DroppedPatch &patch) {
  std::vector<PatchFile> files;
  bool changes = false;
  for (const std::string &name : sourcesIn(request.patches_folder)) {
    std::string path = request.patches_folder + "/" + name;
    FileRead file = readPatchFile(request.patches_folder, name, false);
    if (file.outcome != ReadOutcome::Read)
      continue;
    std::vector<std::string> meant = files_named_(name);
    const SourceFile *before = meant.size() == 1 ? find(request.sources, meant[0]) : nullptr;
    changes |= !before || before->text != file.text;
    result.files.push_back({before ? before->path : name, file.text});
    files.push_back({name, path, std::move(file.text)});
  }
  result.outcome = "nothing";
  result.reason = files.empty() ? "the repair command left no source in its folder"
                                : "what the repair command left changes nothing";
  if (!changes)
    return;
  std::optional<bool> wanted = settings_.confirm ? confirmed(request, result) : true;
  if (wanted != true) {
    result.outcome = "declined";
    result.reason = wanted ? "you said no to the repair command's patch"
                           : "nobody was there to say yes to the repair command's patch";
    current_->left_to_people = !wanted; // nor will be at the next try
    return;
  }
  result.outcome = "given";
  patch.files = std::move(files);
  patch.in_folder = false;
  patch.copied = true;
  patch.settled_at_ms = patch.detected_at_ms = nowMs();
}

/// \return nothing where nobody can be asked
std::optional<bool> RepairCommand::confirmed(const RepairRequest &request,
                                             const RepairTry &result) {
  for (const SourceFile &file : result.files) {
    const SourceFile *before = find(request.sources, file.path);
    console_.showText(unifiedDifference(file.path, before ? before->text : "", file.text));
  }
  return console_.askYesNo("apply?");
}

void RepairCommand::learn(const std::string &outcome, const std::string &reason,
                          const std::string &diagnostics) {
  if (!current_ || current_->tries.empty() || current_->tries.back().outcome != "given")
    return;
  RepairTry &last = current_->tries.back();
  last.outcome = outcome;
  last.reason = reason;
  last.diagnostics = diagnostics;
}

} // namespace jithost
