// Version 1 of a program: each source's unit from the cache of earlier launches, or compiled and
// put there.
#pragma once

#include "compile/object_cache.h"
#include "compile_work.h"

namespace jithost {

/// Parts of a unit, as the cache keeps them.
enum UnitPart : size_t { kStartPart, kObjectPart, kDetailsPart, kBitcodePart };

/// What a launch looks at.
struct FirstUnit {
  bool ok = false;
  bool compiled = false; // not from the cache
  std::string diagnostics;
  std::vector<std::string> bodies; // symbols that have one
  std::string constructors;        // function to call once, empty: none
  bool defines_main = false;
  std::shared_ptr<UnitParts> parts; // when ok
};

/// What nobody looks at before something fails.
struct UnitDetails {
  StatementTable table;
  std::string bitcode;
  std::vector<SourceFile> program_files;
  std::vector<std::string> bodies, sites; // of the object
};

/// In the order of the requests. An unwritable cache is a warning on stderr.
llvm::Expected<std::vector<FirstUnit>> firstVersion(CompileWork &work, const ObjectCache &cache,
                                                    const std::vector<CompileRequest> &requests);
UnitDetails detailsOf(const UnitParts &parts);

/// In the compile process: a unit as parts.
std::vector<std::string> partsOf(const CompiledUnit &unit, const EmittedObject &emitted,
                                 const std::string &bitcode);

/// The user's cache of compiled units; `JIT_HOST_CACHE_MB` bounds it, 0 turns it off.
ObjectCache usersCache();

} // namespace jithost
