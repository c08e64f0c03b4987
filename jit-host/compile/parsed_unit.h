// A translation unit that clang has read to its end, with everything clang knows still alive: code
// can be generated from it, for all of it or for functions whose bodies are read anew.
#pragma once

#include "frontend.h"
#include "place_map.h"

#include <functional>
#include <map>

namespace jithost {

/// What a patch that changes nothing but bodies brings.
struct ChangedBodies {
  std::string why_not;     // the unit has to be read as a whole; empty: `unit` is good
  std::string diagnostics; // clang's, of errors in the new bodies
  CompiledUnit unit;       // table and module hold the changed functions and what they instantiate
  std::vector<std::string> encodings;    // of the functions read again
  std::map<std::string, PlaceMap> moved; // where everything else stands now, by file
};

using ComingAlongWith =
    std::function<std::vector<std::string>(const std::vector<std::string> &changed)>;

class UnitConsumer;

/// Generating consumes it: a process that wants to generate again forks before.
class ParsedUnit {
public:
  ParsedUnit(UnitConsumer &consumer, const CompileJob &job, CompiledUnit &unit);
  ~ParsedUnit();

  /// Code and table of everything; without library functions that are available, where code at
  /// another level of optimisation computes the same.
  CompiledUnit generate(const IsAvailable &available);

  /// What every call of `generateChanged` would have to do first.
  void makeReady();

  /// Code and table of what differs between the sources that were read and `sources`.
  /// \param along symbols of what comes along though it is as it was, by those that changed
  ChangedBodies generateChanged(const std::vector<SourceFile> &sources,
                                const std::vector<LocalName> &names_before,
                                const ComingAlongWith &along, const IsAvailable &available);

private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Reads `job.source` and calls `parsed` at its end, when there was no error.
/// \return what there is when there was one: diagnostics; or what `parsed` left in the unit
CompiledUnit parseUnit(const CompileJob &job, bool colours,
                       const std::function<void(ParsedUnit &)> &parsed);

} // namespace jithost
