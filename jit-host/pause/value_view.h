// Objects of a paused program as one line of text, by the names of their types alone. They may be
// destroyed, half built or random memory: every walk is bounded, and what makes no sense is said.
#pragma once

#include "object_describer.h"
#include "type_spelling.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace jithost {

/// Characters of a line: what is still to come is left out behind `kLineWidth`, what is there is
/// cut at `kLongestLine`.
inline constexpr size_t kLineWidth = 150, kLongestLine = 200;

inline constexpr uint64_t kShownElements = 8; // of a container

/// An object and the place there is for it.
struct Value {
  TypeSpelling type;
  uint64_t address = 0;
  uint64_t size = 0;         // bytes, where somebody else knows them; 0: not known
  unsigned depth = 0;        // through how many others the way to it leads
  bool among_others = false; // it is an element, and has less place than a variable
  size_t width = kLineWidth; // characters left
  const ObjectDescriber *describer = nullptr;
};

/// Nothing when the type is not known.
std::optional<std::string> describeKnown(const Value &value);

/// As `describeKnown`, or `object at 0x...`, and for pointers where they lead.
std::string describeValue(const Value &value);

/// An element of `outer`.
Value elementOf(const Value &outer, const std::string &type, uint64_t address, size_t width);

/// What `outer` leads to or has instead of itself.
Value targetOf(const Value &outer, const std::string &type, uint64_t address);

/// How objects of one template or type are described; nothing when what is inside is not known.
using View = std::optional<std::string> (*)(const Value &value);

inline const std::string kNotReadable = "(memory cannot be read)";

/// `(not a valid vector)`
std::string notValid(const std::string &what);

/// `0x7f00`
std::string hexadecimal(uint64_t value);

enum class Counted {
  Always,  // how many there are is part of the value: `2 elements {1, 2}`
  WhenCut, // it is part of the type
};

/// `1000 elements {1, 2, ...}`. \param element text of one, in so many characters
std::string listText(const Value &owner, uint64_t count, Counted counted,
                     const std::function<std::string(uint64_t index, size_t width)> &element);

/// `3 elements`
std::string countText(uint64_t count);

} // namespace jithost
