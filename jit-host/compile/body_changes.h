// Two texts of a file, compared outside of the bodies of its functions: when only bodies differ, or
// functions, constants or includes came, a patch needs nothing but those. Tokens count, comments
// and line breaks do not.
#pragma once

#include "place_map.h"

#include <optional>
#include <string>
#include <vector>

namespace clang {
class LangOptions;
}

namespace jithost {

/// Offsets of a body in its text, braces included.
struct BodyRange {
  unsigned begin = 0, end = 0;
};

/// What reads like a whole function or a constant at namespace scope. Nothing is said about its
/// name.
struct InsertedDeclaration {
  unsigned before = 0;                 // offset in the older text
  BodyRange range;                     // in the new one, declaration included
  std::vector<std::string> namespaces; // around it, as `namespace a {`; also `extern "C" {`
};

struct InsertedInclude {
  unsigned before = 0; // offset in the older text
  std::string header;  // as it is written: `<vector>`
};

struct BodyChanges {
  std::vector<std::pair<size_t, BodyRange>> bodies; // which one, and its place in the new text
  std::vector<InsertedDeclaration> inserted;        // in their order
  std::vector<InsertedInclude> includes;            // outside of namespaces
  PlaceMap places;                                  // of everything else
};

/// \param bodies in `before`, sorted, not nested
/// \return nothing when something else differs, or when a changed body holds preprocessor
/// directives or the text a comment that speaks to the host
std::optional<BodyChanges> compareBodies(const std::string &before,
                                         const std::vector<BodyRange> &bodies,
                                         const std::string &after,
                                         const clang::LangOptions &options);

} // namespace jithost
