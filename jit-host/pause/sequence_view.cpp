// Layouts of libstdc++ 12 and of LibTorch's c10::ArrayRef.
#include "sequence_view.h"

#include "checked_memory.h"
#include "scalar_view.h"
#include "type_layout.h"

#include <algorithm>
#include <map>

namespace jithost {
namespace {

constexpr uint64_t kLargestCount = uint64_t(1) << 40; // before it is taken for garbage
constexpr uint64_t kLongestWalk = 1000;

std::optional<TypeLayout> elementLayout(const Value &value) {
  if (value.type.arguments.empty())
    return std::nullopt;
  auto layout = layoutOf(readType(value.type.arguments[0]), *value.describer);
  return layout && layout->size > 0 ? layout : std::nullopt;
}

bool layoutIsKnown(const Value &value) {
  return usualArguments(value.type) || value.size == templateSize(value.type);
}

/// Elements side by side.
std::string contiguous(const Value &value, const std::string &element, uint64_t size,
                       uint64_t begin, uint64_t count, Counted counted) {
  char byte;
  uint64_t last = begin + size * std::min(count, kShownElements) - 1;
  if (count > 0 && (!readMemory(begin, &byte, 1) || !readMemory(last, &byte, 1)))
    return kNotReadable;
  return listText(value, count, counted, [&](uint64_t index, size_t width) {
    return describeValue(elementOf(value, element, begin + index * size, width));
  });
}

std::optional<std::string> viewBits(const Value &value) {
  struct {
    uint64_t begin;
    uint32_t begin_bit, padding;
    uint64_t end;
    uint32_t end_bit, more_padding;
    uint64_t limit;
  } fields;
  if (!readMemory(value.address, &fields, sizeof fields))
    return kNotReadable;
  if (fields.begin > fields.end || fields.end > fields.limit || fields.begin_bit != 0 ||
      fields.end_bit > 63 || (fields.end - fields.begin) % 8 != 0)
    return notValid("vector");
  uint64_t count = (fields.end - fields.begin) * 8 + fields.end_bit, bits = 0;
  if (count > 0 && !readMemory(fields.begin, &bits, sizeof bits))
    return kNotReadable;
  return listText(value, count, Counted::Always, [&](uint64_t index, size_t) {
    return std::string(bits >> index & 1 ? "true" : "false");
  });
}

std::optional<std::string> viewVector(const Value &value) {
  if (!layoutIsKnown(value))
    return std::nullopt;
  if (value.type.arguments[0] == "bool")
    return viewBits(value);
  uint64_t fields[3]; // begin, end, end of what is allocated
  if (!readMemory(value.address, fields, sizeof fields))
    return kNotReadable;
  const auto [begin, end, limit] = fields;
  if (begin > end || end > limit || (begin == 0 && limit != 0))
    return notValid("vector");
  auto layout = elementLayout(value);
  if (!layout)
    return begin == end
               ? countText(0)
               : std::to_string(end - begin) + " bytes of elements at " + hexadecimal(begin);
  if ((end - begin) % layout->size != 0 || begin % layout->alignment != 0)
    return notValid("vector");
  return contiguous(value, value.type.arguments[0], layout->size, begin,
                    (end - begin) / layout->size, Counted::Always);
}

std::optional<std::string> viewRange(const Value &value, const char *what) {
  uint64_t fields[2]; // begin, count
  auto layout = elementLayout(value);
  if (!readMemory(value.address, fields, sizeof fields))
    return kNotReadable;
  if (fields[1] > kLargestCount)
    return notValid(what);
  if (!layout)
    return countText(fields[1]);
  return contiguous(value, value.type.arguments[0], layout->size, fields[0], fields[1],
                    Counted::Always);
}

std::optional<std::string> viewInitializerList(const Value &value) {
  return viewRange(value, "initializer_list");
}

std::optional<std::string> viewArrayRef(const Value &value) { return viewRange(value, "ArrayRef"); }

std::optional<std::string> viewStdArray(const Value &value) {
  Value elements = value;
  if (!readStdArray(value.type, elements.type))
    return std::nullopt;
  return elements.type.count == 0 ? "{}" : describeArray(elements);
}

/// Blocks of 512 bytes, or of one element that is larger; a map of their addresses.
struct Deque {
  uint64_t map, map_size;
  struct {
    uint64_t current, first, last, node;
  } begin, end;
};

bool makesSense(const Deque &deque, uint64_t size, uint64_t block) {
  uint64_t map_end = deque.map + deque.map_size * 8;
  for (const auto &side : {deque.begin, deque.end})
    if (side.node < deque.map || side.node >= map_end || (side.node - deque.map) % 8 != 0 ||
        side.last - side.first != block || side.current < side.first || side.current > side.last ||
        (side.current - side.first) % size != 0)
      return false;
  return deque.map_size < kLargestCount && deque.begin.node <= deque.end.node &&
         (deque.begin.node < deque.end.node || deque.begin.current <= deque.end.current);
}

std::optional<std::string> viewDeque(const Value &value) {
  Deque deque;
  if (!layoutIsKnown(value))
    return std::nullopt;
  if (!readMemory(value.address, &deque, sizeof deque))
    return kNotReadable;
  auto layout = elementLayout(value);
  if (!layout)
    return std::nullopt;
  const uint64_t size = layout->size, in_block = std::max<uint64_t>(512 / size, 1);
  if (!makesSense(deque, size, in_block * size))
    return notValid("deque");
  uint64_t before = (deque.begin.current - deque.begin.first) / size;
  uint64_t count = (deque.end.node - deque.begin.node) / 8 * in_block +
                   (deque.end.current - deque.end.first) / size - before;
  return listText(value, count, Counted::Always, [&](uint64_t index, size_t width) {
    uint64_t place = before + index;
    auto block = readAs<uint64_t>(deque.begin.node + place / in_block * 8);
    return block ? describeValue(elementOf(value, value.type.arguments[0],
                                           *block + place % in_block * size, width))
                 : kNotReadable;
  });
}

/// std::queue and std::stack hold nothing but a deque.
std::optional<std::string> viewAdaptor(const Value &value) {
  if (value.type.arguments.empty())
    return std::nullopt;
  Value held = value;
  held.type =
      readType(value.type.arguments.size() > 1 ? value.type.arguments[1]
                                               : "std::deque<" + value.type.arguments[0] + ">");
  return describeKnown(held);
}

/// Addresses of the first nodes of a ring; nothing when it is none.
std::optional<std::vector<uint64_t>> ringNodes(uint64_t head, uint64_t count) {
  std::vector<uint64_t> nodes;
  uint64_t before = head;
  while (true) {
    auto next = readAs<uint64_t>(before);
    auto back = next ? readAs<uint64_t>(*next + 8) : std::nullopt;
    if (!back || *back != before)
      return std::nullopt;
    if (nodes.size() == std::min(count, kShownElements))
      return (*next == head) == (nodes.size() == count) ? std::optional(nodes) : std::nullopt;
    if (*next == head)
      return std::nullopt;
    nodes.push_back(before = *next);
  }
}

std::optional<std::string> viewList(const Value &value) {
  uint64_t fields[3]; // first, last, count
  if (!layoutIsKnown(value))
    return std::nullopt;
  if (!readMemory(value.address, fields, sizeof fields))
    return kNotReadable;
  auto nodes = ringNodes(value.address, fields[2]);
  if (!nodes)
    return notValid("list");
  auto layout = elementLayout(value);
  if (!layout)
    return countText(fields[2]);
  return listText(value, fields[2], Counted::Always, [&](uint64_t index, size_t width) {
    return describeValue(elementOf(value, value.type.arguments[0],
                                   (*nodes)[index] + alignedOffset(16, layout->alignment), width));
  });
}

/// It does not know how many there are: they are counted, up to a bound.
std::optional<std::string> viewForwardList(const Value &value) {
  if (!layoutIsKnown(value))
    return std::nullopt;
  std::vector<uint64_t> nodes;
  for (uint64_t at = value.address; nodes.size() <= kLongestWalk;) {
    auto next = readAs<uint64_t>(at);
    if (!next)
      return nodes.empty() ? kNotReadable : notValid("forward_list");
    if (*next == 0)
      break;
    nodes.push_back(at = *next);
  }
  auto layout = elementLayout(value);
  std::string more = nodes.size() > kLongestWalk ? "more than " : "";
  uint64_t count = std::min<uint64_t>(nodes.size(), kLongestWalk);
  if (!layout)
    return more + countText(count);
  return more + listText(value, count, Counted::Always, [&](uint64_t index, size_t width) {
           return describeValue(elementOf(value, value.type.arguments[0],
                                          nodes[index] + alignedOffset(8, layout->alignment),
                                          width));
         });
}

} // namespace

View findSequenceView(const std::string &name) {
  static const std::map<std::string, View> table{{"std::vector", viewVector},
                                                 {"std::array", viewStdArray},
                                                 {"std::deque", viewDeque},
                                                 {"std::queue", viewAdaptor},
                                                 {"std::stack", viewAdaptor},
                                                 {"std::list", viewList},
                                                 {"std::forward_list", viewForwardList},
                                                 {"std::initializer_list", viewInitializerList},
                                                 {"c10::ArrayRef", viewArrayRef}};
  auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

std::optional<std::string> describeArray(const Value &value) {
  auto element = layoutOf(readType(value.type.target), *value.describer);
  if (!element)
    return std::nullopt;
  if (readType(value.type.target).text == "char") {
    std::string bytes = readableBytes(value.address, std::min<uint64_t>(value.type.count, 4096));
    if (bytes.empty() && value.type.count > 0)
      return kNotReadable;
    size_t end = bytes.find('\0');
    uint64_t size = end == std::string::npos ? value.type.count : end;
    return quotedText(bytes.substr(0, size), size, value.width);
  }
  return contiguous(value, value.type.target, element->size, value.address, value.type.count,
                    Counted::WhenCut);
}

} // namespace jithost
