// Read from the back: what stands last in a C++ type binds loosest, apart from declarators in
// parentheses.
#include "type_spelling.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

namespace jithost {
namespace {

constexpr size_t kNowhere = std::string::npos;

bool endsWith(const std::string &text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool startsWith(const std::string &text, std::string_view start) {
  return text.compare(0, start.size(), start) == 0;
}

bool partOfName(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Only where `part` is not the end of a longer word.
void removeWords(std::string &text, std::string_view part) {
  for (size_t at = 0; (at = text.find(part, at)) != kNowhere;)
    if (at > 0 && partOfName(text[at - 1]))
      at += part.size();
    else
      text.erase(at, part.size());
}

void replaceAll(std::string &text, std::string_view part, std::string_view by) {
  for (size_t at = 0; (at = text.find(part, at)) != kNowhere; at += by.size())
    text.replace(at, part.size(), by);
}

/// Without which lambda it is, tags, inline namespaces, and in one way of writing `>>`.
std::string normalised(std::string text) {
  text.erase(std::min(text.find(" _ZTS"), text.size()));
  for (const char *part : {"struct ", "class ", "enum ", "union ", "__cxx11::", "_V2::"})
    removeWords(text, part);
  replaceAll(text, " __attribute__((noreturn))", "");
  while (text.find("> >") != kNowhere)
    replaceAll(text, "> >", ">>");
  return text;
}

std::string withoutQualifiers(std::string text) {
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (std::string_view word : {"const ", "volatile ", " "})
      if (startsWith(text, word)) {
        text.erase(0, word.size());
        shorter = true;
      }
    for (std::string_view word : {"const", "volatile", "__restrict", "noexcept", " "})
      if (endsWith(text, word) && text.size() > word.size() &&
          (word == " " || !partOfName(text[text.size() - word.size() - 1]))) {
        text.erase(text.size() - word.size());
        shorter = true;
      }
  }
  return text;
}

/// Where the bracket that closes at the end of `text` opens.
size_t openingOfLast(const std::string &text) {
  int depth = 0;
  for (size_t at = text.size(); at-- > 0;) {
    if (std::string_view(")]>}").find(text[at]) != kNowhere)
      ++depth;
    else if (std::string_view("([<{").find(text[at]) != kNowhere && --depth == 0)
      return at;
  }
  return kNowhere;
}

/// At the commas that stand in no bracket.
std::vector<std::string> splitArguments(const std::string &text) {
  std::vector<std::string> parts;
  int depth = 0;
  size_t from = 0;
  for (size_t at = 0; at <= text.size(); ++at) {
    if (at == text.size() || (text[at] == ',' && depth == 0)) {
      std::string part = text.substr(from, at - from);
      part.erase(0, std::min(part.find_first_not_of(' '), part.size()));
      if (!part.empty())
        parts.push_back(part);
      from = at + 1;
    } else if (std::string_view("([<{").find(text[at]) != kNowhere)
      ++depth;
    else if (std::string_view(")]>}").find(text[at]) != kNowhere)
      --depth;
  }
  return parts;
}

void readPointer(TypeSpelling &type) {
  type.target = type.text.substr(0, type.text.size() - 1);
  bool member = endsWith(type.target, "::");
  type.kind = member ? TypeSpelling::Kind::MemberPointer : TypeSpelling::Kind::Pointer;
}

bool readCount(const std::string &text, uint64_t &count) {
  const char *end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, count);
  return read.ec == std::errc() && read.ptr == end;
}

/// `int (*)[3]`, `void (*)(int)`, `void (C::*)()`, `int (&)[4]`, and arrays of them, `int
/// (*[2])[3]`.
/// \param open, close where the parentheses of the declarator are
void readDeclarator(TypeSpelling &type, size_t open, size_t close) {
  std::string mark = withoutQualifiers(type.text.substr(open + 1, close - open - 1));
  std::string before = type.text.substr(0, open), behind = type.text.substr(close + 1);
  bool function = behind[0] == '(';
  if (size_t bound = mark.find('['); bound != kNowhere) {
    size_t end = mark.find(']', bound);
    if (end == kNowhere || !readCount(mark.substr(bound + 1, end - bound - 1), type.count))
      return;
    type.kind = TypeSpelling::Kind::Array;
    type.target = before + "(" + mark.erase(bound, end + 1 - bound) + ")" + behind;
    return;
  }
  type.target = withoutQualifiers(before) + (function ? " " : "") + behind;
  if (mark == "*" || (function && mark == "&"))
    type.kind = function ? TypeSpelling::Kind::FunctionPointer : TypeSpelling::Kind::Pointer;
  else if (mark == "&" || mark == "&&")
    type.kind = TypeSpelling::Kind::Reference;
  else if (endsWith(mark, "::*"))
    type.kind = function ? TypeSpelling::Kind::MethodPointer : TypeSpelling::Kind::MemberPointer;
}

/// `int[4]`, `int[2][3]`
void readArray(TypeSpelling &type) {
  size_t first = openingOfLast(type.text); // of all the bounds at the end
  while (first != kNowhere && first > 0 && type.text[first - 1] == ']')
    first = openingOfLast(type.text.substr(0, first));
  if (first == kNowhere || first == 0)
    return;
  std::string before = type.text.substr(0, first), bounds = type.text.substr(first);
  if (before.back() == ')') {
    if (size_t open = openingOfLast(before); open != kNowhere)
      readDeclarator(type, open, first - 1);
    return;
  }
  size_t close = bounds.find(']');
  if (!readCount(bounds.substr(1, close - 1), type.count))
    return;
  type.kind = TypeSpelling::Kind::Array;
  type.target = before + bounds.substr(close + 1);
}

/// Functions, what leads to them, and names that end in parentheses, as `(lambda)`.
void readParentheses(TypeSpelling &type) {
  size_t open = openingOfLast(type.text);
  if (open == kNowhere)
    return;
  for (std::string_view name : {"(lambda", "(unnamed", "(anonymous"})
    if (type.text.compare(open, name.size(), name) == 0) {
      type.kind = TypeSpelling::Kind::Plain;
      type.name = type.text;
    }
  std::string before = type.text.substr(0, open);
  size_t declarator = endsWith(before, ")") ? openingOfLast(before) : kNowhere;
  if (declarator != kNowhere)
    readDeclarator(type, declarator, open - 1);
}

void readName(TypeSpelling &type) {
  type.name = type.text;
  size_t open = endsWith(type.text, ">") ? openingOfLast(type.text) : kNowhere;
  type.kind = TypeSpelling::Kind::Plain;
  if (open == kNowhere)
    return;
  type.name = type.text.substr(0, open);
  type.arguments = splitArguments(type.text.substr(open + 1, type.text.size() - open - 2));
}

std::string withoutReference(std::string text) {
  while (!text.empty() && (text.back() == '&' || text.back() == ' '))
    text.pop_back();
  for (std::string_view mark : {"(&)", "(&&)"}) // of an array or a function
    if (size_t at = text.find(mark); at != kNowhere && text.find('<') > at) {
      text.erase(at, mark.size());
      if (at > 0 && at < text.size() && text[at] == '[' && text[at - 1] == ' ')
        text.erase(at - 1, 1);
    }
  return text;
}

/// Names that people do not write: reserved ones, and those of what computes types.
bool namesHelpers(const std::string &spelling) {
  for (const char *mark : {"typename", "__", "decltype", "_if_t<", "_t<", "::type", "value_type"})
    if (spelling.find(mark) != kNowhere)
      return true;
  for (size_t at = 0; (at = spelling.find('_', at)) != kNowhere; ++at)
    if (at + 1 < spelling.size() && std::isupper(static_cast<unsigned char>(spelling[at + 1])) &&
        (at == 0 || !partOfName(spelling[at - 1])))
      return true;
  return false;
}

} // namespace

TypeSpelling readType(const std::string &spelling) {
  TypeSpelling type;
  type.text = withoutQualifiers(normalised(spelling));
  if (type.text.empty())
    return type;
  switch (type.text.back()) {
  case '&':
    type.kind = TypeSpelling::Kind::Reference;
    type.target = withoutReference(type.text);
    break;
  case '*':
    readPointer(type);
    break;
  case ']':
    readArray(type);
    break;
  case ')':
    readParentheses(type);
    break;
  default:
    readName(type);
  }
  return type;
}

bool readStdArray(const TypeSpelling &type, TypeSpelling &array) {
  uint64_t count;
  if (type.name != "std::array" || type.arguments.size() != 2 ||
      !readCount(type.arguments[1], count))
    return false;
  TypeSpelling held;
  held.kind = TypeSpelling::Kind::Array;
  held.text = type.text;
  held.target = type.arguments[0];
  held.count = count;
  array = held;
  return true;
}

std::string shownType(const std::string &spelling, const std::string &canonical) {
  std::string shown = withoutReference(spelling);
  std::string type = withoutReference(normalised(canonical));
  replaceAll(type, "std::basic_string<char>", "std::string");
  replaceAll(type, "std::basic_string_view<char>", "std::string_view");
  return namesHelpers(spelling) && !type.empty() && type.size() < shown.size() ? type : shown;
}

} // namespace jithost
