// Version 1 of a program: each source's unit from the cache of earlier launches, or compiled and
// put there.
#pragma once

#include "unit_parts.h"

namespace jithost {

struct FirstUnit : UnitStart {
  bool ok = false;
  bool compiled = false;            // not from the cache
  std::shared_ptr<UnitParts> parts; // when ok
};

/// In the order of the requests. An unwritable cache is a warning on stderr.
llvm::Expected<std::vector<FirstUnit>> firstVersion(CompileWork &work, const ObjectCache &cache,
                                                    const std::vector<CompileRequest> &requests);

/// The user's cache of compiled units; `JIT_HOST_CACHE_MB` bounds it, 0 turns it off.
ObjectCache usersCache();

} // namespace jithost
