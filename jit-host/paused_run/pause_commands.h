// What the console's commands do that leave the run paused: looking at frames, evaluating, versions
// and files.
#pragma once

#include "paused_frames.h"

#include <ctime>

namespace jithost {

struct CommandAnswer {
  bool done = false;
  std::string text; // for who asked
};

class PauseCommands {
public:
  PauseCommands(Evaluator &evaluator, const VersionStore &versions, ObjectDescriber describer)
      : evaluator_(evaluator), versions_(versions), describer_(describer) {}

  /// Each answers with text for who asked. `frame` without an argument shows the chosen one.
  CommandAnswer frame(PausedFrames &frames, PauseScreen &screen, const std::string &argument);
  CommandAnswer print(PausedFrames &frames, const std::string &expression);
  CommandAnswer evaluate(PausedFrames &frames, PauseScreen &screen, const std::string &statements);
  CommandAnswer set(PausedFrames &frames, PauseScreen &screen, const std::string &assignment);
  /// Copies the source of the chosen frame to the patches folder, under a name that is not watched.
  CommandAnswer focus(PausedFrames &frames, const std::string &patches_folder);

private:
  CommandAnswer run(PausedFrames &frames, PauseScreen &screen, const std::string &statements);
  void refresh(PausedFrames &frames, PauseScreen &screen);

  Evaluator &evaluator_;
  const VersionStore &versions_;
  ObjectDescriber describer_;
};

/// Clang's words and the reason, or an empty text when it was done.
std::string complaintOf(const Evaluated &evaluated);

} // namespace jithost
