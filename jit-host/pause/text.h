// Text as a terminal shows it: columns instead of bytes, nothing that a terminal would obey.
#pragma once

#include <string>
#include <string_view>

namespace jithost {

/// How what is shown has to look where it is shown.
struct Look {
  size_t width = 0; // columns; 0: as many as it takes
  bool colours = false;
};

enum class Tint { Bold, Dim, Red, Yellow, Cyan };

/// `text` in that colour, or as it is where there are none.
std::string paint(const Look &look, Tint tint, std::string_view text);

/// Columns of UTF-8 text.
size_t columnsOf(std::string_view text);

/// At most `columns` (at least 4) of `text`, the end replaced by an ellipsis. 0: all of it.
std::string cut(std::string_view text, size_t columns);

/// As `cut`, but says how long the whole is.
std::string cutSayingSize(std::string_view text, size_t columns);

/// Filled with blanks up to `columns`.
std::string padded(std::string text, size_t columns);

/// Without what a terminal would obey or could not show: question marks instead. Tabs become
/// blanks.
std::string printable(std::string_view text);

/// `printable` for text of several lines.
std::string printableLines(std::string_view text);

/// `text` on one line: line breaks become spaces.
std::string oneLine(std::string_view text);

/// Without blanks at both ends.
std::string trimmed(std::string_view text);

} // namespace jithost
