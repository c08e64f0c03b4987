// Numbers and texts. Memory is looked at byte by byte before it is taken for a bool or a character.
#include "scalar_view.h"

#include "checked_memory.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <sstream>

namespace jithost {
namespace {

constexpr size_t kShownCharacters = 120, kLeastCharacters = 16;
constexpr size_t kLongestSearch = 1 << 16;           // for the zero behind a text
constexpr uint64_t kLongestText = uint64_t(1) << 40; // before it is taken for garbage

template <typename T> std::optional<std::string> number(const Value &value) {
  auto read = readAs<T>(value.address);
  if (!read)
    return kNotReadable;
  std::ostringstream text;
  if constexpr (sizeof(T) == 1)
    text << static_cast<int>(*read);
  else
    text << *read;
  return text.str();
}

std::optional<std::string> viewBool(const Value &value) {
  auto byte = readAs<unsigned char>(value.address);
  if (!byte)
    return kNotReadable;
  if (*byte > 1)
    return notValid("bool: " + std::to_string(*byte));
  return *byte ? "true" : "false";
}

std::optional<std::string> viewChar(const Value &value) {
  auto read = readAs<char>(value.address);
  if (!read)
    return kNotReadable;
  std::string code = std::to_string(static_cast<int>(*read));
  bool shows = *read >= ' ' && *read <= '~';
  return shows ? code + " '" + *read + "'" : code;
}

/// 128 bits: as a number where 64 are enough for it.
template <typename Half> std::optional<std::string> viewWide(const Value &value) {
  auto low = readAs<Half>(value.address);
  auto high = readAs<Half>(value.address + 8);
  if (!low || !high)
    return kNotReadable;
  if (*high == (*low < 0 ? Half(-1) : Half(0)))
    return std::to_string(*low);
  std::ostringstream text;
  text << "0x" << std::hex << static_cast<uint64_t>(*high);
  text.fill('0');
  text.width(16);
  text << static_cast<uint64_t>(*low);
  return text.str();
}

std::optional<std::string> viewNull(const Value &) { return "nullptr"; }

/// Data and size; a short one lies in the object itself, a long one has a capacity.
std::optional<std::string> viewString(const Value &value) {
  uint64_t fields[3];
  if (value.type.name == "std::basic_string" &&
      (value.type.arguments.empty() || value.type.arguments[0] != "char"))
    return std::nullopt;
  if (!readMemory(value.address, fields, sizeof fields))
    return kNotReadable;
  char zero;
  bool local = fields[0] == value.address + 2 * sizeof fields[0];
  if (fields[1] > kLongestText)
    return notValid("string");
  if (!readMemory(fields[0] + fields[1], &zero, 1))
    return kNotReadable;
  if (zero != 0 || fields[1] > (local ? 15 : fields[2]))
    return notValid("string");
  return textOf(fields[0], fields[1], value.width);
}

std::optional<std::string> viewOf(const Value &value, bool data_first) {
  uint64_t fields[2];
  if (value.type.arguments.empty() || value.type.arguments[0] != "char")
    return std::nullopt;
  if (!readMemory(value.address, fields, sizeof fields))
    return kNotReadable;
  uint64_t size = fields[data_first ? 1 : 0], data = fields[data_first ? 0 : 1];
  return size > kLongestText ? notValid("string_view") : textOf(data, size, value.width);
}

std::optional<std::string> viewStringView(const Value &value) { return viewOf(value, false); }
std::optional<std::string> viewTorchStringView(const Value &value) { return viewOf(value, true); }

/// How many of the bytes at `text[at]` are one character in UTF-8 that a terminal shows; 0: none.
size_t characterAt(const std::string &text, size_t at) {
  unsigned char first = text[at];
  if (first < 0x80)
    return first >= 0x20 && first != 0x7f ? 1 : 0;
  size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size())
    return 0;
  for (size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80)
      return 0;
  bool control = first == 0xc2 && static_cast<unsigned char>(text[at + 1]) < 0xa0;
  return control ? 0 : length;
}

std::string escaped(unsigned char c) {
  static const std::map<char, const char *> names{{'\n', "\\n"}, {'\t', "\\t"}, {'\r', "\\r"},
                                                  {'\0', "\\0"}, {'"', "\\\""}, {'\\', "\\\\"}};
  if (auto name = names.find(c); name != names.end())
    return name->second;
  std::ostringstream text;
  text << "\\x" << std::hex << (c >> 4) << (c & 15);
  return text.str();
}

const std::map<std::string, View> &views() {
  static const std::map<std::string, View> table{
      {"bool", viewBool},
      {"char", viewChar},
      {"signed char", number<signed char>},
      {"unsigned char", number<unsigned char>},
      {"char8_t", number<unsigned char>},
      {"std::byte", number<unsigned char>},
      {"short", number<short>},
      {"unsigned short", number<unsigned short>},
      {"char16_t", number<uint16_t>},
      {"int", number<int>},
      {"unsigned int", number<unsigned>},
      {"char32_t", number<uint32_t>},
      {"wchar_t", number<int>},
      {"long", number<long>},
      {"unsigned long", number<unsigned long>},
      {"long long", number<long long>},
      {"unsigned long long", number<unsigned long long>},
      {"float", number<float>},
      {"double", number<double>},
      {"long double", number<long double>},
      {"__int128", viewWide<int64_t>},
      {"unsigned __int128", viewWide<uint64_t>},
      {"std::nullptr_t", viewNull},
      {"std::basic_string", viewString},
      {"std::filesystem::path", viewString}, // its string comes first
      {"std::basic_string_view", viewStringView},
      {"c10::basic_string_view", viewTorchStringView}};
  return table;
}

} // namespace

View findScalarView(const std::string &name) {
  auto found = views().find(name);
  return found == views().end() ? nullptr : found->second;
}

size_t shownCharacters(size_t width) {
  return std::clamp<size_t>(width, kLeastCharacters, kShownCharacters);
}

std::string quotedText(const std::string &start, uint64_t size, size_t width) {
  const size_t most = shownCharacters(width);
  std::string text = "\"";
  size_t at = 0, shown = 0;
  while (at < start.size()) {
    size_t length = characterAt(start, at);
    bool plain = length > 0 && start[at] != '"' && start[at] != '\\';
    std::string next = plain ? start.substr(at, length) : escaped(start[at]);
    if ((shown += next.size()) > most)
      break;
    text += next;
    at += plain ? length : 1;
  }
  text += '"';
  return at < size ? text + "... (" + std::to_string(size) + " characters)" : text;
}

std::optional<std::string> zeroTerminatedText(uint64_t address, size_t width) {
  constexpr size_t step = 4096;
  std::string bytes;
  size_t end = std::string::npos;
  for (bool more = true; more && end == std::string::npos && bytes.size() < kLongestSearch;) {
    std::string next = readableBytes(address + bytes.size(), step);
    more = next.size() == step;
    bytes += next;
    end = bytes.find('\0', bytes.size() - next.size());
  }
  if (bytes.empty())
    return std::nullopt;
  if (end != std::string::npos)
    return quotedText(bytes.substr(0, end), end, width);
  std::string start = bytes.substr(0, shownCharacters(width));
  return quotedText(start, start.size(), width) + "... (no end within " +
         std::to_string(bytes.size()) + " characters)";
}

std::string textOf(uint64_t address, uint64_t size, size_t width) {
  // One more than is shown, as a character of UTF-8 may be cut there.
  std::string start(std::min<uint64_t>(size, shownCharacters(width) + 4), '\0');
  if (!readMemory(address, start.data(), start.size()))
    return kNotReadable;
  return quotedText(start, size, width);
}

} // namespace jithost
