// A compiled unit as parts, as it travels from the compile process and as the cache keeps it.
#pragma once

#include "compile/object_cache.h"
#include "compile_work.h"

namespace jithost {

/// Parts of a unit, as the cache keeps them.
enum UnitPart : size_t { kStartPart, kObjectPart, kDetailsPart, kBitcodePart };

/// What a launch looks at.
struct UnitStart {
  std::string diagnostics;
  std::vector<std::string> bodies; // symbols that have one
  std::string constructors;        // function to call once, empty: none
  bool defines_main = false;
};

/// What nobody looks at before something fails.
struct UnitDetails {
  StatementTable table;
  std::string bitcode;
  std::vector<SourceFile> program_files;
  EmittedObject emitted; // without the object
};

/// Of `emitted` the object and what it contains, of `start` what `emitted` does not say.
std::vector<std::string> partsOf(const UnitStart &start, const EmittedObject &emitted,
                                 const UnitDetails &details);
UnitStart startOf(const UnitParts &parts);
UnitDetails detailsOf(const UnitParts &parts);

} // namespace jithost
