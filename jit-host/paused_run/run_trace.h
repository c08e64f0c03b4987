// Between a paused run and its records: tells the journal what happens, and asks the replayed
// journal for answers. Except for what is said to be for every thread, only the thread whose turn
// it is at a pause calls it.
#pragma once

#include "options/options.h"
#include "pause/console.h"
#include "resume/resume_map.h"
#include "trace/journal.h"
#include "trace/metrics.h"
#include "trace/replay.h"
#include "versions/active_stack.h"

#include <functional>

namespace jithost {

class RunTrace {
public:
  /// Reads what is to be replayed. Error: the journal to read is none, or the one to write cannot
  /// be.
  static llvm::Expected<std::unique_ptr<RunTrace>> create(const Options &options);

  /// The program is about to start: the journal begins.
  llvm::Error begin(const Options &options, const std::vector<std::string> &command_line,
                    double started_ms, const VersionStore &versions, Console &console);

  bool records() const { return journal_->records(); }

  /// A failure that nothing can pause; on every thread.
  void cannotPause(const Failure &failure, const std::vector<StackFrame> &stack);
  void failed(const Failure &failure, const PauseScreen &screen);
  /// The failure just told waits for answers. \return whether the replay has some: then nobody
  /// needs the screen
  bool pauses(double failure_to_pause_ms);
  /// The replay's next answer; nothing: somebody else has to be asked.
  std::optional<PauseAnswer> nextAnswer(const PauseScreen &screen);
  /// What is done next, whoever said it.
  void answered(const PauseAnswer &answer);
  /// The replay's answer to a question; `chose` tells what came of it.
  std::optional<bool> choice() { return replay_.choice(); }
  void chose(const Question &question, std::optional<bool> choice);
  /// What became of the answer, as soon as it is known. Only the first one counts.
  void outcome(const PatchMetrics &metrics);
  void outcome(const std::string &outcome, const std::string &reason);
  /// The answer has been dealt with; unless told otherwise it is done, or refused when the run was
  /// to go on with it and does not.
  void obeyed(bool goes_on);

  /// On every thread.
  void resumed(const Failure &failure, const std::string &function, const std::string &file,
               unsigned line, double total_ms);
  /// On every thread, once.
  void ended(int exit_code);

private:
  void writeOutcome(OutcomeRecord record);
  void writeVersion();
  void saySo(const std::string &difference);

  std::unique_ptr<Journal> journal_;
  Replay replay_;
  const VersionStore *versions_ = nullptr;
  Console *console_ = nullptr;
  std::map<std::string, std::string> hashes_; // by path, of the newest version in the journal
  std::set<std::string> texts_;               // hashes of texts that are in the journal
  int64_t process_ = 0;                       // a child that the program forks tells nothing
  uint32_t version_ = 0;                      // the newest in the journal
  FailureRecord failure_;                     // at which the run is paused
  uint64_t answers_ = 0;                      // so far
  bool answer_open_ = false;                  // the last one has no outcome yet
  bool expects_to_go_on_ = false;             // with it
  bool from_replay_ = false;                  // the last one comes from the replay
};

} // namespace jithost
