// What comes from the program (messages, values, names of files) passes here before a terminal sees
// it.
#include "text.h"

#include <llvm/Support/ConvertUTF.h>
#include <llvm/Support/Unicode.h>

#include <algorithm>
#include <spdlog/fmt/fmt.h>

namespace jithost {
namespace {

constexpr size_t kTab = 8;
constexpr std::string_view kEllipsis = "...";

/// The first character of `text`; a single byte where it is not UTF-8.
std::string_view firstCharacter(std::string_view text) {
  size_t bytes = llvm::getNumBytesForUTF8(static_cast<llvm::UTF8>(text[0]));
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.data());
  bool whole = bytes <= text.size() && llvm::isLegalUTF8Sequence(begin, begin + bytes);
  return text.substr(0, whole ? bytes : 1);
}

/// Negative: cannot be shown.
int columnsOfCharacter(std::string_view character) {
  if (character.size() == 1)
    return character[0] >= 0x20 && character[0] < 0x7f ? 1 : -1;
  return llvm::sys::unicode::columnWidthUTF8({character.data(), character.size()});
}

const char *codeOf(Tint tint) {
  switch (tint) {
  case Tint::Bold:
    return "\033[1m";
  case Tint::Dim:
    return "\033[2m";
  case Tint::Red:
    return "\033[1;31m";
  case Tint::Yellow:
    return "\033[33m";
  case Tint::Cyan:
    return "\033[36m";
  }
  return "";
}

/// "... (N characters)" at the end of a value that was shortened before.
std::string_view sizeAtEnd(std::string_view text) {
  constexpr std::string_view kUnit = " characters)";
  size_t begin = text.rfind("... (");
  bool there = begin != text.npos && text.size() > kUnit.size() &&
               text.substr(text.size() - kUnit.size()) == kUnit;
  return there ? text.substr(begin) : std::string_view();
}

size_t charactersOf(std::string_view text) {
  size_t count = 0;
  for (; !text.empty(); text.remove_prefix(firstCharacter(text).size()))
    ++count;
  return count;
}

} // namespace

std::string paint(const Look &look, Tint tint, std::string_view text) {
  return look.colours && !text.empty() ? fmt::format("{}{}\033[0m", codeOf(tint), text)
                                       : std::string(text);
}

size_t columnsOf(std::string_view text) {
  size_t columns = 0;
  for (; !text.empty(); text.remove_prefix(firstCharacter(text).size())) {
    int width = columnsOfCharacter(firstCharacter(text));
    columns += width < 0 ? 1 : width;
  }
  return columns;
}

std::string cut(std::string_view text, size_t columns) {
  if (columns == 0 || columnsOf(text) <= columns)
    return std::string(text);
  size_t room = std::max(columns, kEllipsis.size() + 1) - kEllipsis.size(), used = 0, bytes = 0;
  for (;;) {
    std::string_view character = firstCharacter(text.substr(bytes));
    used += std::max(columnsOfCharacter(character), 0);
    if (used > room)
      return std::string(text.substr(0, bytes)) + std::string(kEllipsis);
    bytes += character.size();
  }
}

std::string cutSayingSize(std::string_view text, size_t columns) {
  if (columns == 0 || columnsOf(text) <= columns)
    return std::string(text);
  std::string size(sizeAtEnd(text));
  if (size.empty())
    size = fmt::format("... ({} characters)", charactersOf(text));
  if (size.size() >= columns)
    return cut(text, columns);
  std::string begin = cut(text.substr(0, text.size() - sizeAtEnd(text).size()),
                          columns - size.size() + kEllipsis.size());
  if (begin.size() >= kEllipsis.size() &&
      begin.compare(begin.size() - kEllipsis.size(), begin.npos, kEllipsis) == 0)
    begin.resize(begin.size() - kEllipsis.size());
  return begin + size;
}

std::string padded(std::string text, size_t columns) {
  size_t used = columnsOf(text);
  return used < columns ? text.append(columns - used, ' ') : text;
}

std::string printable(std::string_view text) {
  std::string result;
  size_t column = 0;
  for (; !text.empty(); text.remove_prefix(firstCharacter(text).size())) {
    std::string_view character = firstCharacter(text);
    int width = columnsOfCharacter(character);
    if (character == "\t")
      result.append(width = kTab - column % kTab, ' ');
    else
      result += width < 0 ? "?" : character;
    column += width < 0 ? 1 : width;
  }
  return result;
}

std::string printableLines(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    result += printable(text.substr(0, end));
    if (end < text.size())
      result += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string oneLine(std::string_view text) {
  std::string result;
  for (char c : text) {
    bool space = c == '\n' || c == '\r' || c == '\t';
    if (space && !result.empty() && result.back() == ' ')
      continue;
    result += space ? ' ' : c;
  }
  result.erase(result.find_last_not_of(' ') + 1);
  return printable(result);
}

std::string trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos)
    return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin));
}

} // namespace jithost
