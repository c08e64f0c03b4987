// What a recorded run did where this run fails now. Decides only; who asks applies it.
//
// A failure is the recorded one when it is the how-maniest pause of the run, of the same kind and
// message, in the same function, file (by its name: another checkout has other folders) and
// statement. The first difference ends the replay: what follows it has not been recorded.
#pragma once

#include "recorded_run.h"

#include <deque>

namespace jithost {

class Replay {
public:
  /// Nothing is replayed.
  Replay() = default;
  explicit Replay(RecordedRun run);
  Replay(Replay &&) = default; // pointers into `run_` stay what they are
  Replay &operator=(Replay &&) = default;

  /// Whether there was no difference so far.
  bool active() const { return active_; }

  /// A failure pauses. `sources` is version 1 of the program. \return whether the recorded run has
  /// repairs for it; if not, `difference()` has something to say.
  bool pauses(const FailureRecord &failure, const std::vector<JournalFile> &sources);

  /// What the recorded run did next at this pause; null: nothing more, see `difference()`.
  const RecordedAnswer *next();

  /// What became of the answer that `next` gave. \param reason why not; empty: it was applied
  void outcome(const std::string &reason);

  /// The recorded answer to the next question about going back; nothing: there is none.
  std::optional<bool> choice();

  /// The run ends.
  void ends(int exit_code);

  /// The difference that has ended the replay, given out once; empty: there is none.
  std::string difference();

private:
  bool end(const std::string &difference);

  RecordedRun run_;
  std::vector<const RecordedFailure *> pauses_; // of run_, in order
  size_t next_pause_ = 0;
  const RecordedFailure *at_ = nullptr;        // where the run is paused
  std::deque<const RecordedAnswer *> answers_; // of at_, still to be given
  const RecordedAnswer *given_ = nullptr;
  size_t next_choice_ = 0;
  bool active_ = false;
  std::string difference_;
};

/// `message` without what differs between two runs of one program: addresses, and the backtrace
/// that LibTorch appends. Numbers stay: another size is another failure.
std::string comparableMessage(const std::string &message);

} // namespace jithost
