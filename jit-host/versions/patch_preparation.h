// Everything a patch needs before the one moment at which it is switched to: compiled, compared,
// mapped, emitted and linked. Nothing that runs has changed until `commit`.
#pragma once

#include "active_stack.h"
#include "background_work.h"
#include "jit/session.h"
#include "pause/patch_watcher.h"
#include "read_ahead.h"
#include "resume/version_diff.h"
#include "retry_ahead.h"

#include <functional>
#include <map>
#include <variant>

namespace jithost {

/// The patch does not compile or link.
struct PatchFailed {
  std::string reason;      // one line
  std::string diagnostics; // clang's
};

/// How much of a program a patch has clang read and generate.
enum class CompileWay {
  Bodies,  // the changed functions, in a unit that is held; interim code
  Partial, // whole units, without library functions; interim code
  Whole,   // whole units, fully optimised
};

struct PreparedPatch {
  uint32_t version = 0;
  std::string label; // of its bodies: the version, and which attempt at it this is
  CompileWay way = CompileWay::Whole;
  std::string why_more; // than bodies had to be compiled
  std::vector<Unit> units;
  VersionDiff difference;
  std::vector<std::string> containers; // public names whose bodies contain what changed
  Landing landing;
  std::string continuation_symbol, continuation_label;
  std::vector<EmittedObject> emitted;
  std::vector<LinkedObject> linked;
  std::vector<uint64_t> constructors; // functions that initialise new globals
  uint64_t continuation = 0;
  bool interim_continuation = false;
  bool is_retry = false; // nothing is new: the failing statement again
  double compile_ms = 0, link_ms = 0;
};

using Preparation = std::variant<PreparedPatch, PatchFailed, Refusal>;

class PatchPreparation {
public:
  /// Asked when statements would run again: yes, no, or nobody to ask.
  using AskGoBack = std::function<std::optional<bool>(const Question &)>;

  PatchPreparation(CompileWork &work, BackgroundWork &background, Session &session,
                   VersionStore &versions, GoBack go_back, AskGoBack ask, CompileWay first_way)
      : work_(work), background_(background), session_(session), versions_(versions),
        go_back_(go_back), ask_(std::move(ask)), first_way_(first_way) {}

  /// Starts what the first patch will need; after a launch from the cache it does not run yet.
  void getReady();

  /// Begins to read what `preparePatch` will be asked for, if nothing else comes in between.
  /// \param may_continue symbol of the frame that can be paused in
  void readAhead(const DroppedPatch &patch, const std::string &may_continue);

  /// \param frames innermost first; frames[0] is the one that can be paused in
  Preparation preparePatch(const DroppedPatch &patch, const std::vector<StackFrame> &frames);
  /// While the run goes on: frames go on in new code at their polls.
  Preparation prepareLive(const DroppedPatch &patch);
  /// The failing statement again, in the newest version.
  Preparation prepareRetry(const std::vector<StackFrame> &frames);

  /// Begins what `prepareRetry` will ask for with the same frames.
  void prepareAhead(const std::vector<StackFrame> &frames);

  /// Where a person says, in the newest version.
  Preparation prepareLanding(const std::vector<StackFrame> &frames, Landing landing);

  /// A frame that is about to begin `frame.statement`, in the newest version.
  Preparation prepareSwitch(const StackFrame &frame);

  /// Goes on in the frame's own old code, but without what is inlined there, so that what it calls
  /// is new. \return null: there is nothing inlined, or the old code is not kept any more
  uint64_t prepareStay(const StackFrame &frame);

  /// Leads calls to the new bodies already, for actions that come before the switch; nothing else
  /// is different. \return what `takeBack` needs to undo that
  LinkedObject tryOut(const PreparedPatch &prepared);
  void takeBack(const LinkedObject &before);

  /// Switches: from here on the new version is the program. `rebind_ms` is how long that took.
  void commit(PreparedPatch &prepared, double &rebind_ms);

private:
  std::optional<Refusal> matchFiles(const DroppedPatch &patch, std::vector<SourceFile> &sources,
                                    std::vector<std::string> &paths);
  std::variant<std::vector<Unit>, PatchFailed> compile(const std::vector<SourceFile> &sources,
                                                       const std::vector<std::string> &paths,
                                                       const ComingAlong &along, CompileWay &way);
  WantedBodies wantedBodies(const Unit &unit, const std::vector<SourceFile> &sources,
                            const ComingAlong &along) const;
  llvm::Expected<ReadBodies> readHeld(const WantedBodies &wanted);
  bool readBodies(Unit &unit, const std::vector<SourceFile> &sources, const ComingAlong &along);
  std::optional<Preparation> compare(CompileWay &way, const DroppedPatch &patch,
                                     const std::string &may_continue, PreparedPatch &prepared,
                                     StatementTable &after, bool &is_compiled);
  Preparation prepareBy(CompileWay &way, const DroppedPatch &patch,
                        const std::vector<StackFrame> &frames, bool &is_compiled);
  std::variant<Landing, Refusal> decide(const std::vector<StackFrame> &frames,
                                        const StatementTable &after);
  Preparation emitAndLink(PreparedPatch prepared, const std::vector<StackFrame> &frames);
  struct Piece;
  std::vector<Piece> piecesOf(const Unit &unit, const PreparedPatch &prepared,
                              const StackFrame *continued) const;
  llvm::Expected<EmittedObject> emitFrom(const Code &code, EmitRequest request);
  PreparedPatch ofNewest() const; // nothing is new in it yet
  EmitRequest emitRequest(const Unit &unit, const PreparedPatch &prepared) const;
  void addContinuation(EmitRequest &request, const Unit &unit, const PreparedPatch &prepared,
                       const StackFrame &continued) const;
  std::vector<std::string> outdatedBy(const PreparedPatch &prepared) const;
  static RetryPlace retryPlace(const Code &code, const PreparedPatch &prepared,
                               const StackFrame &continued);
  std::string continuationLabel(const PreparedPatch &prepared, const StackFrame &continued);
  std::variant<EmittedObject, PatchFailed, Refusal> emit(const Code &code, EmitRequest request,
                                                         const Unit &unit,
                                                         const PreparedPatch &prepared,
                                                         const StackFrame *continued);
  NewObject linkable(EmittedObject &object, const PreparedPatch &prepared, bool continues) const;
  std::optional<PatchFailed> link(PreparedPatch &prepared, std::vector<NewObject> objects);

  CompileWork &work_;
  BackgroundWork &background_;
  Session &session_;
  VersionStore &versions_;
  std::map<const Code *, std::shared_ptr<HeldUnit>> readers_; // that can emit what they have read
  GoBack go_back_;
  std::string why_more_;
  bool needs_library_ = false; // functions of libraries have to be compiled again too
  AskGoBack ask_;
  CompileWay first_way_; // that is tried
  RetryAhead ahead_;
  ReadAhead read_ahead_;
  unsigned continuations_ = 0;
  unsigned attempts_ = 0; // at the next version, linked and not switched to
};

} // namespace jithost
