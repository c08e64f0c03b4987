// Numbers and texts.
#pragma once

#include "value_view.h"

namespace jithost {

/// Null for other names.
View findScalarView(const std::string &name);

/// In quotes, with escapes for what a terminal would not show, and its length where it is cut.
/// \param size how long the whole text is, of which `start` is the beginning
std::string quotedText(const std::string &start, uint64_t size, size_t width);

/// Bytes of a text that are worth reading for `width` characters.
size_t shownCharacters(size_t width);

/// The text at `address`; nothing where no memory can be read.
std::optional<std::string> zeroTerminatedText(uint64_t address, size_t width);

/// `size` characters at `address`.
std::string textOf(uint64_t address, uint64_t size, size_t width);

} // namespace jithost
