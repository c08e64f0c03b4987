// Statements that somebody wants to have executed in a paused frame, put into the source in front
// of the statement that the frame stands in: so they see what that statement sees. What is made of
// such a source is never a version.
#pragma once

#include "statement_table.h"

#include <optional>

namespace jithost {

/// Where statements can stand.
struct EvaluationPlace {
  std::string file;
  uint32_t line = 0, column = 0; // counted from 1
  bool before_declaration =
      false; // what follows keeps its scope; else it becomes the branch of an if
};

/// \param source of the file, where it is at hand: in the middle of `int a = f(), b = g();` no
/// statement can stand, so it is the begin of that
/// \return nothing when no statement can stand there
std::optional<EvaluationPlace> evaluationPlace(const FunctionTable &code, uint32_t statement,
                                               const std::string &source = "");

/// What is evaluated. What the user wrote keeps its columns.
struct EvaluationText {
  std::string definitions; // for the top level of the file, in front of what the place stands in
  std::string before;      // in the block, in front of `statements`
  std::string statements;  // of the user
  std::string behind;      // in the block, behind them
  bool leaves = false;     // they leave the function; what they throw is the function's
};

struct EvaluationSource {
  std::string text;
  EvaluationPlace place;         // of the block, in `text`
  uint32_t definitions_line = 0; // of the first line of `definitions`, 0: there are none
  uint32_t statements_line = 0;
};

EvaluationSource withEvaluation(const std::string &source, const EvaluationPlace &place,
                                const EvaluationText &evaluation);

/// The block of `withEvaluation` in the table of its source: execution begins at `begin` and is
/// over at `end`. Zeros: it is not there.
struct EvaluationRange {
  uint32_t begin = 0, end = 0;
};
EvaluationRange evaluationRange(const FunctionTable &code, const EvaluationPlace &place);

/// Clang's words about `source`, with the lines that the user wrote numbered from 1 and said to be
/// `name`'s.
std::string asOfEvaluation(const std::string &diagnostics, const EvaluationSource &source,
                           const EvaluationText &evaluation, const std::string &name);

} // namespace jithost
