// The trees and hash tables of libstdc++ 12. What the comparison and the hash are is not known, nor
// whether they take place in the object; that tree and table hang together as they should says that
// they do not.
#include "associative_view.h"

#include "checked_memory.h"
#include "type_layout.h"

#include <algorithm>
#include <map>

namespace jithost {
namespace {

using Nodes = std::optional<std::vector<uint64_t>>;

constexpr unsigned kMostSteps = 128; // from one node of a tree to the next: the tree is balanced

struct TreeNode {
  uint32_t colour, padding;
  uint64_t parent, left, right;
};

/// The node behind `at` in the order of the tree; the header behind the last one.
std::optional<uint64_t> successor(uint64_t at, uint64_t header) {
  auto node = readAs<TreeNode>(at);
  if (!node)
    return std::nullopt;
  if (node->right != 0) {
    at = node->right;
    for (unsigned step = 0; step < kMostSteps; ++step) {
      auto left = readAs<TreeNode>(at);
      if (!left)
        return std::nullopt;
      if (left->left == 0)
        return at;
      at = left->left;
    }
    return std::nullopt;
  }
  for (unsigned step = 0; step < kMostSteps; ++step) {
    auto parent = readAs<TreeNode>(node->parent);
    if (!parent)
      return std::nullopt;
    uint64_t above = node->parent;
    if (parent->right != at || above == header)
      return above;
    at = above;
    node = parent;
  }
  return std::nullopt;
}

/// The header is a node whose children are the first and the last one, and its parent the root.
Nodes treeNodes(uint64_t header_address, const TreeNode &header, uint64_t count) {
  std::vector<uint64_t> nodes;
  if (count == 0)
    return header.parent == 0 && header.left == header_address ? Nodes(nodes) : std::nullopt;
  auto root = readAs<TreeNode>(header.parent);
  if (!root || root->parent != header_address || root->colour > 1)
    return std::nullopt;
  uint64_t at = header.left;
  while (nodes.size() < std::min(count, kShownElements)) {
    nodes.push_back(at);
    auto next = successor(at, header_address);
    bool last = nodes.size() == count;
    if (!next || (*next == header_address) != last)
      return std::nullopt;
    at = *next;
  }
  return nodes;
}

/// A list of all nodes that begins in the table itself.
Nodes tableNodes(uint64_t first, uint64_t count) {
  std::vector<uint64_t> nodes;
  for (uint64_t at = first; nodes.size() < std::min(count, kShownElements);) {
    auto next = readAs<uint64_t>(at);
    if (!next)
      return std::nullopt;
    nodes.push_back(at);
    at = *next;
    if ((at == 0) != (nodes.size() == count))
      return std::nullopt;
  }
  return nodes;
}

struct Places {
  std::optional<uint64_t> key, mapped; // in a node; nothing where it is not known
};

/// \param links bytes in front of what a node holds
Places placesIn(const Value &value, uint64_t links, bool map) {
  auto layout = [&](size_t index) {
    return layoutOf(readType(value.type.arguments[index]), *value.describer);
  };
  Places places;
  auto key = layout(0);
  if (!map) {
    if (key)
      places.key = alignedOffset(links, key->alignment);
    return places;
  }
  auto mapped = layout(1);
  if (!key)
    return places;
  if (mapped) {
    uint64_t pair = alignedOffset(links, std::max(key->alignment, mapped->alignment));
    places.key = pair;
    places.mapped = alignedOffset(pair + key->size, mapped->alignment);
  } else
    places.key = alignedOffset(links, key->alignment); // unless the other's is more than 8
  return places;
}

std::string elements(const Value &value, const std::vector<uint64_t> &nodes, uint64_t count,
                     uint64_t links, bool map) {
  Places places = placesIn(value, links, map);
  if (!places.key)
    return countText(count);
  auto inner = [&](size_t argument, uint64_t address, size_t width) {
    return describeValue(elementOf(value, value.type.arguments[argument], address, width));
  };
  return listText(value, count, Counted::Always, [&](uint64_t index, size_t width) {
    std::string text = inner(0, nodes[index] + *places.key, map ? width / 2 : width);
    if (!map)
      return text;
    text += ": ";
    return text + (places.mapped ? inner(1, nodes[index] + *places.mapped,
                                         width - std::min(width, text.size()))
                                 : "...");
  });
}

bool isMap(const Value &value) { return value.type.name.find("map") != std::string::npos; }

std::string noContainer(const Value &value) { return notValid(value.type.name.substr(5)); }

/// A comparison, a header that is a node without a value, the count.
std::optional<std::string> viewTree(const Value &value) {
  constexpr uint64_t header_offset = 8, links = 32;
  struct {
    TreeNode header;
    uint64_t count;
  } tree;
  bool map = isMap(value);
  if (value.type.arguments.size() < (map ? 2 : 1))
    return std::nullopt;
  uint64_t header = value.address + header_offset;
  if (!readMemory(header, &tree, sizeof tree))
    return kNotReadable;
  if (auto nodes = treeNodes(header, tree.header, tree.count))
    return elements(value, *nodes, tree.count, links, map);
  return usualArguments(value.type) ? std::optional(noContainer(value)) : std::nullopt;
}

struct HashTable {
  uint64_t buckets, bucket_count, first, count;
  float largest_load;
  uint64_t next_size, only_bucket;
};

bool makesSense(const HashTable &table, uint64_t address) {
  bool only_one = table.buckets == address + offsetof(HashTable, only_bucket);
  uint64_t last = table.buckets + 8 * (table.bucket_count - 1);
  return table.bucket_count > 0 && only_one == (table.bucket_count == 1) &&
         (table.count == 0) == (table.first == 0) && table.largest_load > 0 &&
         readAs<uint64_t>(table.buckets) && readAs<uint64_t>(last);
}

std::optional<std::string> viewTable(const Value &value) {
  constexpr uint64_t links = 8;
  HashTable table;
  bool map = isMap(value);
  if (value.type.arguments.size() < (map ? 2 : 1))
    return std::nullopt;
  if (!readMemory(value.address, &table, sizeof table))
    return kNotReadable;
  if (makesSense(table, value.address))
    if (auto nodes = tableNodes(table.first, table.count))
      return elements(value, *nodes, table.count, links, map);
  return usualArguments(value.type) ? std::optional(noContainer(value)) : std::nullopt;
}

} // namespace

View findAssociativeView(const std::string &name) {
  static const std::map<std::string, View> table{{"std::map", viewTree},
                                                 {"std::multimap", viewTree},
                                                 {"std::set", viewTree},
                                                 {"std::multiset", viewTree},
                                                 {"std::unordered_map", viewTable},
                                                 {"std::unordered_multimap", viewTable},
                                                 {"std::unordered_set", viewTable},
                                                 {"std::unordered_multiset", viewTable}};
  auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

} // namespace jithost
