// Puts the tokens of a statement, which are stored with one blank between them, back into a
// readable line.
#include "readable.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace jithost {
namespace {

constexpr size_t kLongest = 100; // characters of a statement on the screen

template <size_t N>
bool isOneOf(std::string_view token, const std::array<std::string_view, N> &list) {
  return std::find(list.begin(), list.end(), token) != list.end();
}

/// True when `(` or `[` behind the token is a call or an index: no blank stands between.
bool isOperand(std::string_view token) {
  static constexpr std::array<std::string_view, 7> kWords = {"if",    "for",    "while", "switch",
                                                             "catch", "return", "auto"};
  char last = token.back();
  bool named = isalnum(static_cast<unsigned char>(last)) || last == '_' || last == '>';
  return (named && !isOneOf(token, kWords)) || last == ')' || last == ']';
}

bool blankBetween(std::string_view left, std::string_view right) {
  static constexpr std::array<std::string_view, 7> kNoneBefore = {")", "]",  ",", ";",
                                                                  ".", "::", "->"};
  static constexpr std::array<std::string_view, 7> kNoneAfter = {
      "(", "[", ".", "::", "->", "!", "~"};
  if (left.empty() || isOneOf(left, kNoneAfter))
    return false;
  if (left == "++" || left == "--") // in front of what it steps, or behind it
    return !isalnum(static_cast<unsigned char>(right[0])) && right[0] != '_' && right != "(" &&
           !isOneOf(right, kNoneBefore);
  if (right == "(" || right == "[" || right == "++" || right == "--")
    return !isOperand(left);
  return !isOneOf(right, kNoneBefore);
}

} // namespace

std::string placeText(std::string_view file, uint32_t line) {
  size_t slash = file.rfind('/');
  std::string name(slash == std::string_view::npos ? file : file.substr(slash + 1));
  return line == 0 ? name : name + ":" + std::to_string(line);
}

std::string readableTokens(std::string_view tokens) {
  std::istringstream stream{std::string(tokens)};
  std::string result, left, right;
  while (stream >> right) {
    if (blankBetween(left, right))
      result += ' ';
    result += right;
    left = right;
  }
  if (result.size() > kLongest)
    result = result.substr(0, kLongest) + " ...";
  return result;
}

std::string statementText(const Statement &statement) {
  std::string_view text = statement.text;
  if (statement.kind == StatementKind::If && text.ends_with(" else"))
    text.remove_suffix(5);
  if (!text.empty())
    return readableTokens(text);
  return statement.kind == StatementKind::End ? "}" : "{ ... }";
}

std::string placeAndText(const Statement &statement) {
  return placeText(statement.file, statement.begin_line) + ": " + statementText(statement);
}

} // namespace jithost
