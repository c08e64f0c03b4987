// What a person at a pause wants to know or to do in an active frame: expressions and statements of
// C++, compiled where the frame stands and executed on its variables.
#pragma once

#include "frame_record.h"
#include "pause/variable_view.h"
#include "versions/background_work.h"

namespace jithost {

/// Newer code of a frame's function, which is no version yet.
struct EvaluationCode {
  const Unit *unit = nullptr;
  const FunctionTable *code = nullptr;
  uint32_t statement = 0; // where the frame is to go on; 0: not in this code
};

struct Evaluated {
  bool done = false;
  bool executed = false;   // it was begun: what it did before it failed remains
  std::string value, type; // of what was to be shown
  std::string why_not;     // one line
  std::string diagnostics; // clang's, with lines counted as the user wrote them
};

/// Code that returns from a frame what an expression gives.
struct ReturningCode {
  std::string why_not, diagnostics; // set: there is none
  uint64_t address = 0;
  std::string label;      // of that continuation
  uint32_t begin = 0;     // statement of `function` that it begins at
  FunctionTable function; // the frame's, with the return in it
  EmittedObject emitted;
};

class Evaluator {
public:
  Evaluator(CompileWork &work, BackgroundWork &background, Session &session,
            const VersionStore &versions, ObjectDescriber describer)
      : work_(work), background_(background), session_(session), versions_(versions),
        describer_(describer) {}

  /// The value of an expression, void included. A variable by its name needs no compiler.
  Evaluated show(const FrameRecord &frame, const std::string &expression);

  /// Statements; functions, types and directives among them come to the top level of the file, and
  /// what is executed later finds them by their names.
  /// \param name of what was written, in messages
  /// \param newer what they are compiled with; null: the newest version
  Evaluated execute(const FrameRecord &frame, const std::string &statements,
                    const std::string &name, const EvaluationCode *newer = nullptr);

  /// \param expression empty: nothing is returned
  ReturningCode returning(const FrameRecord &frame, const std::string &expression);

private:
  struct Compiled {
    std::string why_not, diagnostics; // set: nothing was linked
    EvaluationAnswer answer;
    EvaluationPlace place;
    uint64_t address = 0;
    std::string label;
  };
  struct Definitions {
    std::string file, text;
    std::vector<std::string> names;
  };
  Evaluated run(const FrameRecord &frame, const EvaluationText &text, const std::string &name,
                const EvaluationCode *newer = nullptr);
  struct Source;
  Source sourceOf(const StackFrame &frame, const EvaluationCode *newer) const;
  Compiled prepare(const FrameRecord &frame, const EvaluationText &text, const std::string &name,
                   const EvaluationCode *newer);
  llvm::Expected<EvaluationAnswer> compile(const Unit &unit, const std::vector<SourceFile> &sources,
                                           const EvaluationRequest &request, bool newest);
  void link(const std::string &symbol, Compiled &compiled);
  std::string definitionsFor(const std::string &file, const std::string &text) const;

  CompileWork &work_;
  BackgroundWork &background_;
  Session &session_;
  const VersionStore &versions_;
  ObjectDescriber describer_;
  std::vector<Definitions> definitions_; // of earlier statements
  unsigned count_ = 0;
};

} // namespace jithost
