// A shell command beside the paused run, in a process group of its own: its standard input is a
// text, what it prints comes line by line, and nothing of it outlives the run.
//
// It is spawned, not forked: the program has threads, and may have gigabytes. A guardian, a second
// small shell, waits on a pipe that only this process writes to: however this process ends, the
// pipe closes, and the guardian ends the command and removes its folder.
#pragma once

#include <llvm/Support/Error.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace jithost {

struct CommandRequest {
  std::string command;                  // for /bin/sh -c
  std::string folder;                   // it runs there
  std::string input;                    // its standard input
  std::vector<std::string> environment; // NAME=VALUE, on top of this process's
  std::string temporary_folder;         // goes when this process ends
};

class CommandProcess {
public:
  using Say = std::function<void(const std::string &line)>;

  static llvm::Expected<std::unique_ptr<CommandProcess>> start(const CommandRequest &request,
                                                               Say say);
  /// Ends it if it still runs.
  ~CommandProcess();

  /// Becomes readable when it says something or ends (for poll).
  int descriptor() const { return events_; }

  /// Passes on what it has said. \return whether it has ended
  bool update();

  /// SIGTERM to all its processes, SIGKILL to those that stay.
  void end();

  /// After its end. Nothing: killed by a signal, or somebody else has fetched its status.
  std::optional<int> exitCode() const { return exit_code_; }
  std::string howItEnded() const;

private:
  CommandProcess() = default;
  llvm::Error open(const std::string &input);
  llvm::Error spawn(const CommandRequest &request);
  llvm::Error spawnGuardian(const std::string &temporary_folder);
  void readOutput();
  void sayLines(bool last);
  bool hasExited();

  Say say_;
  int input_ = -1, output_ = -1, output_end_ = -1; // the last is the command's
  int events_ = -1, exit_event_ = -1;
  int guard_read_ = -1, guard_write_ = -1;
  pid_t process_ = -1, guardian_ = -1;
  bool ended_ = false;
  std::optional<int> exit_code_;
  int signal_ = 0;
  std::string partial_; // of a line that is not complete
};

/// Runs `arguments` (the first is looked for in PATH) to its end. \return what it printed; nothing
/// when it cannot be run.
std::optional<std::string> outputOf(const std::vector<std::string> &arguments);

} // namespace jithost
