// Where a variable of a frame is and what else the table says of it: its base classes, its size.
#include "variable_view.h"

#include "checked_memory.h"
#include "type_layout.h"
#include "value_view.h"

#include <vector>

namespace jithost {
namespace {

/// In whole characters.
std::string cut(const std::string &text) {
  if (text.size() <= kLongestLine)
    return text;
  size_t end = kLongestLine - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  return text.substr(0, end) + "...";
}

/// As the type it has, then as one of its bases.
std::string describeObject(const Variable &variable, Value value) {
  if (auto text = describeKnown(value))
    return *text;
  Value base = value;
  base.size = 0;
  for (const std::string &type : variable.bases) {
    base.type = readType(type);
    if (auto text = describeKnown(base))
      return *text;
  }
  return describeValue(value);
}

/// Signed, unless it has so few bytes that somebody wanted to save some.
std::string enumerator(uint64_t word, uint64_t size) {
  switch (size) {
  case 1:
    return std::to_string(static_cast<uint8_t>(word));
  case 2:
    return std::to_string(static_cast<uint16_t>(word));
  case 4:
    return std::to_string(static_cast<int32_t>(word));
  default:
    return std::to_string(static_cast<int64_t>(word));
  }
}

} // namespace

std::string describeVariable(const Variable &variable, char kind, uint64_t word,
                             const ObjectDescriber &describer) {
  const uint64_t bytes[2] = {word, 0}; // of what is not in memory
  Value value;
  value.type = readType(variable.type);
  value.describer = &describer;
  if (value.type.kind == TypeSpelling::Kind::Reference)
    value.type = readType(value.type.target);
  if (variable.reference) {
    value.address = word;
    if (kind == 'a' && !readMemory(word, &value.address, sizeof value.address))
      return kNotReadable;
  } else if (kind == 'a') {
    value.address = word;
    value.size = variable.size;
  } else {
    bool pointer = value.type.kind == TypeSpelling::Kind::Pointer;
    if (!pointer && !layoutOf(value.type, describer))
      return enumerator(word, variable.size);
    value.address = reinterpret_cast<uint64_t>(bytes);
  }
  return cut(describeObject(variable, value));
}

} // namespace jithost
