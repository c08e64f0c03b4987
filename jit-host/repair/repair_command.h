// Asks a repair command for patches, some times at most for one failure, until one repairs it.
#pragma once

#include "../pause/console.h"
#include "repair_request.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace jithost {

struct RepairSettings {
  std::string command;       // empty: none
  std::string launch_folder; // it runs there
  double time_s = 120;       // for each try
  unsigned tries = 3;        // for each failure
  bool confirm = false;      // shows the difference and asks first
};

/// One thread at a time: the one whose turn it is at a pause.
class RepairCommand {
public:
  /// \param files_named paths of the program's files that a patch file's name can mean
  RepairCommand(RepairSettings settings, Console &console, PatchWatcher &watcher,
                std::function<std::vector<std::string>(const std::string &name)> files_named)
      : settings_(std::move(settings)), console_(console), watcher_(watcher),
        files_named_(std::move(files_named)) {}

  /// Whether it is to be asked about `failure`, which pauses with `screen`.
  bool wants(const PauseScreen &screen, uint64_t failure);

  /// Runs the command, as often as there are tries, until there is an answer: its patch, or what
  /// somebody has done meanwhile. \return nothing when its tries are used up
  std::optional<PauseAnswer> ask(RepairRequest request);

  /// What became of the patch it gave last: `outcome` is applied, refused or failed. Of no effect
  /// once that is known.
  void learn(const std::string &outcome, const std::string &reason, const std::string &diagnostics);

private:
  /// What it has done about one failure. A failure that comes again after a patch of the command is
  /// the same one: the patch did not help.
  struct Record {
    uint64_t failure = 0;
    bool left_to_people = false;
    std::vector<RepairTry> tries;
  };

  std::optional<PauseAnswer> runOnce(const RepairRequest &request, RepairTry &result);
  void takeFiles(const RepairRequest &request, RepairTry &result, DroppedPatch &patch);
  std::optional<bool> confirmed(const RepairRequest &request, const RepairTry &result);
  std::string ofTries() const;

  RepairSettings settings_;
  Console &console_;
  PatchWatcher &watcher_;
  std::function<std::vector<std::string>(const std::string &)> files_named_;
  std::map<std::string, Record> records_;
  Record *current_ = nullptr;
};

} // namespace jithost
