// Objects that are none: addresses that lead nowhere, containers in pieces, random memory. Whatever
// they say, it ends, and nothing is read that cannot be.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "value_case.h"

#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

using namespace jithost;

TEST_CASE("addresses that lead nowhere") {
  for (const char *type : {"int",
                           "std::basic_string<char>",
                           "std::vector<int>",
                           "std::vector<bool>",
                           "std::map<int, int>",
                           "std::unordered_map<int, int>",
                           "std::deque<int>",
                           "std::list<int>",
                           "std::forward_list<int>",
                           "std::optional<int>",
                           "std::variant<int, char>",
                           "std::shared_ptr<int>",
                           "std::unique_ptr<int>",
                           "std::function<void ()>",
                           "int[3]",
                           "char[3]",
                           "int *",
                           "std::basic_string_view<char>",
                           "int &",
                           "std::array<int, 3>"})
    CHECK_MESSAGE(textOf(type, reinterpret_cast<void *>(8)) == "(memory cannot be read)", type);
  CHECK(textOf("Own", reinterpret_cast<void *>(8)) == "object at 0x8");
  CHECK(textOf("std::pair<int, int>", reinterpret_cast<void *>(8)) ==
        "((memory cannot be read), (memory cannot be read))");
}

TEST_CASE("containers that are damaged") {
  std::vector<int> vector{1, 2, 3};
  uint64_t words[10];
  std::memcpy(words, &vector, sizeof vector);
  std::swap(words[0], words[1]);
  CHECK(textOf("std::vector<int>", words) == "(not a valid vector)");
  std::memcpy(words, &vector, sizeof vector);
  words[1] -= 1;
  CHECK(textOf("std::vector<int>", words) == "(not a valid vector)");
  words[0] = 0x1000, words[1] = words[2] = 0x2000;
  CHECK(textOf("std::vector<int>", words) == "(memory cannot be read)");
  std::string text = "text";
  std::memcpy(words, &text, sizeof text); // the data is still that of the other
  words[1] = 1ull << 50;
  CHECK(textOf("std::basic_string<char>", words) == "(not a valid string)");
  char buffer[20] = "no zero behind it";
  words[0] = reinterpret_cast<uint64_t>(buffer), words[1] = 5, words[2] = 19;
  CHECK(textOf("std::basic_string<char>", words) == "(not a valid string)");
  words[1] = 17;
  CHECK(textOf("std::basic_string<char>", words) == "\"no zero behind it\"");
  std::list<int> list{1, 2, 3};
  std::memcpy(words, &list, sizeof list); // a copy is no part of the ring
  CHECK(textOf("std::list<int>", words) == "(not a valid list)");
  std::map<int, int> map{{1, 1}, {2, 2}};
  std::memcpy(words, &map, sizeof map);
  CHECK(textOf("std::map<int, int>", words) == "(not a valid map)");
  for (int i = 0; i < 1000; ++i)
    map[i] = i; // its first elements are far from what is wrong
  std::memcpy(words, &map, sizeof map);
  CHECK(textOf("std::map<int, int>", words) == "(not a valid map)");
  std::unordered_map<int, int> table{{1, 1}, {2, 2}};
  std::memcpy(words, &table, sizeof table);
  words[3] = 7;
  CHECK(textOf("std::unordered_map<int, int>", words) == "(not a valid unordered_map)");
  std::deque<int> deque{1};
  std::memcpy(words, &deque, sizeof deque);
  words[2] += 1;
  CHECK(textOf("std::deque<int>", words) == "(not a valid deque)");
  auto shared = std::make_shared<int>(3);
  std::memcpy(words, &shared, sizeof shared);
  words[1] = reinterpret_cast<uint64_t>(&words[4]);
  words[5] = 0;
  CHECK(textOf("std::shared_ptr<int>", words) == "(not a valid shared_ptr)");
  words[0] = 2;
  CHECK(textOf("std::variant<char, std::basic_string<char>>", &words[9] - 4) != "");
}

TEST_CASE("rings and trees that never end") {
  struct Node {
    Node *next, *before;
    int value;
  } node{nullptr, nullptr, 5};
  struct {
    Node *first, *last;
    uint64_t count = 1000;
  } list{&node, &node};
  node.next = node.before = &node;
  CHECK(textOf("std::list<int>", &list) == "(not a valid list)");
  node.next = &node;
  void *forward = &node;
  CHECK(startsWith(textOf("std::forward_list<int>", &forward), "more than 1000 elements {"));
  struct TreeNode {
    uint64_t colour;
    TreeNode *parent, *left, *right;
  };
  struct {
    uint64_t comparison = 0;
    TreeNode header;
    uint64_t count = 1000;
  } tree;
  TreeNode circle{0, &tree.header, &circle, &circle};
  tree.header = {0, &circle, &circle, &circle};
  CHECK(textOf("std::set<int>", &tree) == "(not a valid set)");
  circle = {0, &tree.header, nullptr, nullptr};
  CHECK(textOf("std::set<int>", &tree) == "(not a valid set)"); // says 1000, has one
}

namespace {

/// Words of all kinds: small numbers, addresses that can be read, in the object itself too, others.
uint64_t randomWord(std::mt19937_64 &random, const std::vector<uint64_t> &arena) {
  uint64_t inside = reinterpret_cast<uint64_t>(arena.data());
  switch (random() % 6) {
  case 0:
    return 0;
  case 1:
    return random() % 20;
  case 2:
    return random();
  case 3:
    return random() % (1ull << 47);
  default:
    return inside + random() % arena.size() * 8;
  }
}

} // namespace

TEST_CASE("random memory of every type") {
  const std::vector<std::string> types{
      "std::basic_string<char>",
      "std::vector<int>",
      "std::vector<bool>",
      "std::vector<std::vector<std::basic_string<char>>>",
      "std::map<std::basic_string<char>, std::vector<int>>",
      "std::set<std::map<int, int>>",
      "std::unordered_map<std::basic_string<char>, std::list<int>>",
      "std::unordered_set<long>",
      "std::deque<std::deque<char>>",
      "std::list<std::list<std::list<int>>>",
      "std::forward_list<std::forward_list<int>>",
      "std::tuple<int, std::shared_ptr<std::vector<int>>, char *>",
      "std::variant<int, std::basic_string<char>, std::vector<char *>>",
      "std::optional<std::basic_string_view<char>>",
      "std::shared_ptr<std::map<int, std::weak_ptr<int>>>",
      "std::unique_ptr<std::unique_ptr<std::unique_ptr<char *>>>",
      "std::function<void ()>",
      "c10::ArrayRef<c10::ArrayRef<c10::ArrayRef<c10::ArrayRef<int>>>>",
      "c10::optional<c10::ArrayRef<long>>",
      "std::initializer_list<std::pair<char *, bool>>",
      "std::vector<std::reference_wrapper<std::vector<int>>> &",
      "char ****",
      "std::array<std::map<int, int>, 3>",
      "std::filesystem::path"};
  std::vector<uint64_t> arena(64);
  size_t longest = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    std::mt19937_64 random(seed);
    for (uint64_t &word : arena)
      word = randomWord(random, arena);
    for (const std::string &type : types)
      longest = std::max(longest, textOf(type, &arena[random() % 32]).size());
  }
  CHECK(longest > 10);
  CHECK(longest < 1000); // and a variable's line is cut
}
