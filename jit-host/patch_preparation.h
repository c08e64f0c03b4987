// Everything a patch needs before the one moment at which it is switched to: compiled, compared,
// mapped, emitted and linked. Nothing that runs has changed until `commit`.
#pragma once

#include "active_stack.h"
#include "jit/session.h"
#include "pause/patch_watcher.h"
#include "resume/version_diff.h"

#include <functional>
#include <variant>

namespace jithost {

/// The patch does not compile or link.
struct PatchFailed {
  std::string reason;      // one line
  std::string diagnostics; // clang's
};

struct PreparedPatch {
  uint32_t version = 0;
  std::vector<Unit> units;
  VersionDiff difference;
  std::vector<std::string> containers; // public names whose bodies contain what changed
  Landing landing;
  std::string continuation_symbol, continuation_label;
  std::vector<EmittedObject> emitted;
  std::vector<LinkedObject> linked;
  std::vector<uint64_t> constructors; // functions that initialise new globals
  uint64_t continuation = 0;
  double compile_ms = 0, link_ms = 0;
};

using Preparation = std::variant<PreparedPatch, PatchFailed, Refusal>;

class PatchPreparation {
public:
  /// Asked when statements would run again: yes, no, or nobody to ask.
  using AskGoBack = std::function<std::optional<bool>(const Question &)>;

  PatchPreparation(CompileWork &work, Session &session, VersionStore &versions, GoBack go_back,
                   AskGoBack ask)
      : work_(work), session_(session), versions_(versions), go_back_(go_back),
        ask_(std::move(ask)) {}

  /// \param frames innermost first; frames[0] is the one that can be paused in
  Preparation preparePatch(const DroppedPatch &patch, const std::vector<StackFrame> &frames);
  /// The failing statement again, in the newest version.
  Preparation prepareRetry(const std::vector<StackFrame> &frames);

  /// A frame that is about to begin `frame.statement`, in the newest version.
  Preparation prepareSwitch(const StackFrame &frame);

  /// Switches: from here on the new version is the program. `rebind_ms` is how long that took.
  void commit(PreparedPatch &prepared, double &rebind_ms);

private:
  std::optional<Refusal> matchFiles(const DroppedPatch &patch, std::vector<SourceFile> &sources,
                                    std::vector<std::string> &paths);
  std::variant<std::vector<Unit>, PatchFailed> compile(const std::vector<SourceFile> &sources,
                                                       const std::vector<std::string> &paths);
  std::variant<Landing, Refusal> decide(const std::vector<StackFrame> &frames,
                                        const StatementTable &after);
  void markOutdated(const VersionDiff &difference);
  Preparation emitAndLink(PreparedPatch prepared, const std::vector<StackFrame> &frames);
  std::variant<EmittedObject, PatchFailed, Refusal>
  emit(const Unit &unit, const PreparedPatch &prepared, const StackFrame *continued);

  CompileWork &work_;
  Session &session_;
  VersionStore &versions_;
  GoBack go_back_;
  AskGoBack ask_;
  unsigned continuations_ = 0;
};

} // namespace jithost
