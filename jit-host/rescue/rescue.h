// A rescue: what a run has reached, written to files when it cannot go on in this process, or when
// somebody asks for it. Knows nothing of pauses: whoever has frames describes them.
#pragma once

#include "../torch-bridge/rescue.h"

#include <cstdint>
#include <string>
#include <vector>

namespace jithost {

/// torch-bridge's part; null where it is not loaded.
struct RescueWriter {
  JitHostRescued (*rescue)(const JitHostRescue *rescue) = nullptr;
  void (*free)(JitHostRescued *rescued) = nullptr;
};

/// Of the bridge that is loaded.
RescueWriter loadedRescueWriter();

struct RescueVariable {
  std::string name, type;         // as of Variable
  std::vector<std::string> bases; // as of Variable
  const void *address = nullptr;  // null: optimised away
  std::string value;              // one line, for the text
};

struct RescueFrame {
  std::string function, place; // place: FUNCTION (FILE:LINE)
  std::string note;            // why it has no variables; empty: it has
  std::vector<RescueVariable> variables;
};

/// What is known when a rescue is written. May all be missing.
struct RescueOccasion {
  std::string why;                 // "asked for at the pause"
  std::string what, message;       // of the failure
  std::string place;               // where the run stood
  std::vector<RescueFrame> frames; // innermost first
};

/// All of them as torch-bridge takes them, outermost first; the frames have to stay.
class VariableList {
public:
  explicit VariableList(const std::vector<RescueFrame> &frames);
  std::vector<JitHostVariable> variables;

private:
  void add(const RescueFrame &frame, const RescueVariable &variable);
  std::vector<std::vector<const char *>> bases_;
};

struct Rescued {
  bool done = false;
  std::string sentence; // for the user: what is where, or what went wrong
};

/// Writes `FOLDER/rescue-NNNN.pt` and `.txt`. Works in a process in any state in which a thread can
/// be started, since it runs on one of its own: with the frames of one thread, or with none, and
/// then the generators are all that there is to save. Takes no lock of the host.
Rescued rescueNow(const std::string &folder, const RescueWriter &writer,
                  const RescueOccasion &occasion);

} // namespace jithost
