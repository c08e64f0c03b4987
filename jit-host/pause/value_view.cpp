// Who describes what: torch-bridge, the views by name, and what any type can have: pointers,
// arrays.
#include "value_view.h"

#include "associative_view.h"
#include "checked_memory.h"
#include "holder_view.h"
#include "scalar_view.h"
#include "sequence_view.h"
#include "type_layout.h"

#include <algorithm>
#include <sstream>

namespace jithost {
namespace {

constexpr unsigned kDeepest = 4;
constexpr size_t kLeastWidth = 16; // of what is shown at all

View findView(const std::string &name) {
  for (auto find : {findScalarView, findSequenceView, findAssociativeView, findHolderView})
    if (View view = find(name))
      return view;
  return nullptr;
}

std::optional<std::string> describedByBridge(const Value &value, bool briefly) {
  const ObjectDescriber &bridge = *value.describer;
  const char *type = value.type.text.c_str();
  if (!bridge.knows || !bridge.knows(type))
    return std::nullopt;
  char text[512];
  auto describe = briefly && bridge.describe_briefly ? bridge.describe_briefly : bridge.describe;
  size_t length = describe(type, reinterpret_cast<void *>(value.address), text, sizeof text);
  return std::string(text, std::min(length, sizeof text));
}

/// Of the types that both know the bridge says more; smart pointers are the same whatever they
/// hold.
std::optional<std::string> describePlain(const Value &value) {
  View view = findView(value.type.name);
  bool pointer = value.type.name.find("_ptr") != std::string::npos;
  if (!value.among_others && !(view && pointer))
    if (auto text = describedByBridge(value, false); text && text->size() <= kLongestLine)
      return text;
  if (view)
    if (auto text = view(value))
      return text;
  return describedByBridge(value, true);
}

std::optional<std::string> describePointer(const Value &value) {
  auto pointer = readAs<uint64_t>(value.address);
  if (!pointer)
    return kNotReadable;
  if (*pointer == 0)
    return "nullptr";
  Value target = targetOf(value, value.type.target, *pointer);
  if (target.type.text == "char")
    return zeroTerminatedText(*pointer, value.width);
  auto layout = layoutOf(target.type, *value.describer);
  std::string bytes(layout ? std::min<uint64_t>(layout->size, 64) : 1, '\0');
  if (target.depth > kDeepest || !readMemory(*pointer, bytes.data(), bytes.size()))
    return std::nullopt;
  auto text = describeKnown(target);
  return text ? std::optional(hexadecimal(*pointer) + " -> " + *text) : std::nullopt;
}

std::optional<std::string> describeReference(const Value &value) {
  auto target = readAs<uint64_t>(value.address);
  return target ? describeKnown(targetOf(value, value.type.target, *target))
                : std::optional(kNotReadable);
}

std::optional<std::string> describeMember(const Value &value, size_t words) {
  uint64_t fields[2] = {};
  if (!readMemory(value.address, fields, words * sizeof fields[0]))
    return kNotReadable;
  bool null = words == 1 ? fields[0] == ~uint64_t(0) : fields[0] == 0;
  return null ? "nullptr" : hexadecimal(fields[0]);
}

} // namespace

std::optional<std::string> describeKnown(const Value &value) {
  if (value.depth > kDeepest)
    return "...";
  switch (value.type.kind) {
  case TypeSpelling::Kind::Plain:
    return describePlain(value);
  case TypeSpelling::Kind::Pointer:
  case TypeSpelling::Kind::FunctionPointer:
    return describePointer(value);
  case TypeSpelling::Kind::Reference:
    return describeReference(value);
  case TypeSpelling::Kind::Array:
    return describeArray(value);
  case TypeSpelling::Kind::MemberPointer:
    return describeMember(value, 1);
  case TypeSpelling::Kind::MethodPointer:
    return describeMember(value, 2);
  case TypeSpelling::Kind::Other:
    break;
  }
  return std::nullopt;
}

std::string describeValue(const Value &value) {
  if (auto text = describeKnown(value))
    return *text;
  uint64_t address = value.address;
  bool leads = value.type.kind == TypeSpelling::Kind::Reference;
  bool pointer = value.type.kind == TypeSpelling::Kind::Pointer ||
                 value.type.kind == TypeSpelling::Kind::FunctionPointer;
  if ((leads || pointer) && !readMemory(value.address, &address, sizeof address))
    return kNotReadable;
  return (pointer ? "" : "object at ") + hexadecimal(address);
}

Value elementOf(const Value &outer, const std::string &type, uint64_t address, size_t width) {
  Value element = targetOf(outer, type, address);
  element.width = std::max(width, kLeastWidth);
  element.among_others = true;
  return element;
}

Value targetOf(const Value &outer, const std::string &type, uint64_t address) {
  Value target = outer;
  target.type = readType(type);
  target.address = address;
  target.size = 0;
  ++target.depth;
  return target;
}

std::string notValid(const std::string &what) { return "(not a valid " + what + ")"; }

std::string hexadecimal(uint64_t value) {
  std::ostringstream text;
  text << "0x" << std::hex << value;
  return text.str();
}

std::string countText(uint64_t count) {
  return std::to_string(count) + (count == 1 ? " element" : " elements");
}

std::string listText(const Value &owner, uint64_t count, Counted counted,
                     const std::function<std::string(uint64_t index, size_t width)> &element) {
  std::string list;
  uint64_t shown = 0;
  for (; shown < std::min(count, kShownElements); ++shown) {
    if (shown > 0 && list.size() + kLeastWidth > owner.width)
      break;
    list += shown > 0 ? ", " : "";
    list += element(shown, owner.width - std::min(list.size(), owner.width));
  }
  bool cut = shown < count;
  if (count == 0 && counted == Counted::Always && !owner.among_others)
    return countText(0);
  bool says_count = cut || (counted == Counted::Always && !owner.among_others);
  return (says_count ? countText(count) + " {" : "{") + list + (cut ? ", ...}" : "}");
}

} // namespace jithost
