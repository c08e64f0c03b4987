// Texts of real objects of every kind that is known.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "value_case.h"

#include <array>
#include <atomic>
#include <chrono>
#include <complex>
#include <cstring>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <stack>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

using namespace jithost;
using namespace std::string_literals;

namespace {

struct Own {
  int field = 3;
};

struct Later {
  bool operator()(int a, int b) const { return a > b; }
};

struct Remainder {
  size_t operator()(int number) const { return number % divisor; }
  size_t divisor = 3;
};

} // namespace

TEST_CASE("numbers and characters") {
  CHECK(view(-3) == "-3");
  CHECK(view(3000000000u) == "3000000000");
  CHECK(view(2.5) == "2.5");
  CHECK(view(1.25L) == "1.25");
  CHECK(view(true) == "true");
  CHECK(view('a') == "97 'a'");
  CHECK(view('\n') == "10");
  CHECK(view(static_cast<unsigned char>(200)) == "200");
  CHECK(view(std::byte{7}) == "7");
  CHECK(view(u'a') == "97");
  CHECK(view(nullptr) == "nullptr");
  CHECK(view(static_cast<__int128>(-5)) == "-5");
  CHECK(view(static_cast<__int128>(1) << 64) == "0x10000000000000000");
  unsigned char byte = 7;
  CHECK(textOf("bool", &byte) == "(not a valid bool: 7)");
}

TEST_CASE("texts") {
  CHECK(view("hello"s) == "\"hello\"");
  CHECK(view(""s) == "\"\"");
  CHECK(view("a\n\"b\"\\\x1b\0"s) == "\"a\\n\\\"b\\\"\\\\\\x1b\\0\"");
  CHECK(view("grün"s) == "\"grün\"");
  CHECK(view("\xfc\x80"s) == "\"\\xfc\\x80\"");
  CHECK(view("\xc2\x9b"s) == "\"\\xc2\\x9b\""); // a control character
  std::string text(1200, 'x'), shown(120, 'x');
  CHECK(view(text) == "\"" + shown + "\"... (1200 characters)");
  CHECK(view("x" + std::string(2000, '\1')).size() < 200);
  CHECK(view(std::string_view(text).substr(0, 2)) == "\"xx\"");
  CHECK(view(std::string_view()) == "\"\"");
  CHECK(view(std::filesystem::path("/tmp/a b")) == "\"/tmp/a b\"");
  std::string moved = std::move(text);
  CHECK(view(text) == "\"\"");
  // A character that the cut would fall into.
  std::string wide(119, 'x');
  wide += "ü and more";
  CHECK(view(wide) ==
        "\"" + wide.substr(0, 119) + "\"... (" + std::to_string(wide.size()) + " characters)");
}

TEST_CASE("texts of C") {
  const char *text = "abc";
  char *none = nullptr;
  std::string far(1200, 'y');
  const char *pointer = far.c_str();
  CHECK(view(text) == "\"abc\"");
  CHECK(view(none) == "nullptr");
  CHECK(view(pointer) == "\"" + far.substr(0, 120) + "\"... (1200 characters)");
  char array[8] = "abc";
  CHECK(view(array) == "\"abc\"");
  std::memset(array, 'z', sizeof array);
  CHECK(view(array) == "\"zzzzzzzz\"");
  CHECK(textOf("const char[8]", array) == "\"zzzzzzzz\"");
  std::string endless(1 << 20, 'e');
  pointer = endless.c_str();
  CHECK(view(pointer) == "\"" + endless.substr(0, 120) + "\"... (no end within 65536 characters)");
  const char *wild = reinterpret_cast<const char *>(16);
  CHECK(view(wild) == "0x10");
}

TEST_CASE("pointers say where they lead and what is there") {
  int number = 7, *pointer = &number, **second = &pointer;
  CHECK(view(pointer) == hex(pointer) + " -> 7");
  CHECK(view(second) == hex(second) + " -> " + hex(pointer) + " -> 7");
  CHECK(view(static_cast<int *>(nullptr)) == "nullptr");
  CHECK(view(reinterpret_cast<int *>(16)) == "0x10");
  CHECK(view(static_cast<void *>(pointer)) == hex(pointer));
  Own own, *to_own = &own;
  CHECK(view(to_own) == hex(to_own));
  std::vector<int> numbers{1, 2};
  CHECK(view(&numbers) == hex(&numbers) + " -> 2 elements {1, 2}");
  int matrix[2][3] = {{1, 2, 3}, {4, 5, 6}}, (*row)[3] = matrix;
  CHECK(view(row) == hex(row) + " -> {1, 2, 3}");
  void (*function)(int) = nullptr;
  CHECK(view(function) == "nullptr");
  CHECK(startsWith(view(&std::abort), "0x"));
  int Own::*member = &Own::field;
  CHECK(view(member) == "0x0");
  member = nullptr;
  CHECK(view(member) == "nullptr");
  // One that leads to itself.
  void *circle = &circle;
  CHECK(textOf("void ******************", &circle).size() < 200);
}

TEST_CASE("vectors") {
  CHECK(view(std::vector<int>()) == "0 elements");
  CHECK(view(std::vector<int>{7}) == "1 element {7}");
  std::vector<int> many(1000, 4);
  CHECK(view(many) == "1000 elements {4, 4, 4, 4, 4, 4, 4, 4, ...}");
  std::vector<int> moved = std::move(many);
  CHECK(view(many) == "0 elements");
  CHECK(view(std::vector<std::string>{"a", "b"}) == "2 elements {\"a\", \"b\"}");
  CHECK(view(std::vector<std::vector<int>>{{1, 2}, {}}) == "2 elements {{1, 2}, {}}");
  CHECK(view(std::vector<std::vector<int>>(1, std::vector<int>(9))) ==
        "1 element {9 elements {0, 0, 0, 0, 0, 0, 0, 0, ...}}");
  CHECK(view(std::vector<bool>{true, false}) == "2 elements {true, false}");
  CHECK(view(std::vector<bool>(100, true)) ==
        "100 elements {true, true, true, true, true, true, true, true, ...}");
  CHECK(view(std::vector<bool>()) == "0 elements");
  std::vector<Own> owns(3);
  CHECK(view(owns) == "12 bytes of elements at " + hex(owns.data()));
  CHECK(view(std::vector<Own>()) == "0 elements");
  std::vector<std::string> long_ones(100, std::string(300, 'x'));
  CHECK(view(long_ones) ==
        "100 elements {\"" + std::string(120, 'x') + "\"... (300 characters), ...}");
}

TEST_CASE("arrays") {
  int numbers[4] = {1, 2, 3, 4};
  float matrix[2][3] = {{1, 2, 3}, {4, 5, 6}};
  CHECK(view(numbers) == "{1, 2, 3, 4}");
  CHECK(view(matrix) == "{{1, 2, 3}, {4, 5, 6}}");
  CHECK(view(std::array<int, 3>{1, 2, 3}) == "{1, 2, 3}");
  CHECK(view(std::array<int, 0>()) == "{}");
  CHECK(view(std::array<int[2], 2>{{{1, 2}, {3, 4}}}) == "{{1, 2}, {3, 4}}");
  CHECK(view(std::array<int, 100>()) == "100 elements {0, 0, 0, 0, 0, 0, 0, 0, ...}");
  CHECK(view(std::array<std::pair<char, std::string>, 2>{{{'a', "x"}, {'b', "y"}}}) ==
        "{(97 'a', \"x\"), (98 'b', \"y\")}");
  Own owns[2];
  CHECK(view(owns) == "object at " + hex(owns));
  void (*functions[2])() = {};
  CHECK(view(functions) == "{nullptr, nullptr}");
}

TEST_CASE("pairs and tuples") {
  CHECK(view(std::pair<const int, std::string>(1, "a")) == "(1, \"a\")");
  CHECK(view(std::make_tuple(1, "text"s, 2.5, 'c')) == "(1, \"text\", 2.5, 99 'c')");
  CHECK(view(std::tuple<>()) == "()");
  CHECK(view(std::tuple<char, char, int>('a', 'b', 3)) == "(97 'a', 98 'b', 3)");
  int number = 5;
  std::string text = "t";
  CHECK(view(std::tuple<int &, const std::string &>(number, text)) == "(5, \"t\")");
  CHECK(view(std::pair<int, Own>(4, {})) == "(4, ...)");
  std::tuple<int, Own> unknown;
  CHECK(view(unknown) == "object at " + hex(&unknown));
  std::string large(500, 'x');
  CHECK(view(std::make_tuple(large, large, large, large)).size() <= kLongestLine);
}

TEST_CASE("optionals and variants") {
  CHECK(view(std::optional<int>()) == "no value");
  CHECK(view(std::optional<int>(5)) == "5");
  CHECK(view(std::optional<std::string>("five")) == "\"five\"");
  CHECK(view(std::optional<std::vector<int>>({1, 2})) == "2 elements {1, 2}");
  CHECK(view(std::optional<std::reference_wrapper<const int>>()) == "no value");
  using Choice = std::variant<std::monostate, int, std::string>;
  CHECK(view(Choice()) == "monostate");
  CHECK(view(Choice(5)) == "5");
  CHECK(view(Choice("five")) == "\"five\"");
  std::variant<int, std::deque<int>> valueless;
  CHECK_THROWS(valueless.emplace<1>(SIZE_MAX));
  CHECK(view(valueless) == "valueless");
}

TEST_CASE("maps and sets") {
  using Map = std::map<std::string, std::vector<int>>;
  CHECK(view(Map()) == "0 elements");
  CHECK(view(Map{{"b", {2}}, {"a", {1, 1}}}) == "2 elements {\"a\": {1, 1}, \"b\": {2}}");
  std::map<int, int> large;
  for (int i = 0; i < 1000; ++i)
    large[i * 7919 % 1000] = i;
  CHECK(startsWith(view(large), "1000 elements {0: 0, 1: "));
  CHECK(startsWith(viewReferred(large), "1000 elements {0: 0, 1: "));
  std::map<int, int> moved = std::move(large);
  CHECK(view(large) == "0 elements");
  CHECK(view(std::set<char>{'b', 'a'}) == "2 elements {97 'a', 98 'b'}");
  CHECK(view(std::multiset<int>{3, 1, 3}) == "3 elements {1, 3, 3}");
  CHECK(view(std::multimap<int, bool, std::greater<int>>{{1, true}, {2, false}, {1, false}}) ==
        "3 elements {2: false, 1: true, 1: false}");
  std::set<int, Later> later{1, 2, 3};
  CHECK(viewReferred(later) == "3 elements {3, 2, 1}");
  CHECK(view(std::map<int, Own>{{1, {}}}) == "1 element {1: ...}");
  CHECK(view(std::map<int, Own *>{{1, nullptr}}) == "1 element {1: nullptr}");
  std::map<std::string, std::map<int, std::string>> nested{{"a", {{1, "x"}, {2, "y"}}}};
  CHECK(view(nested) == "1 element {\"a\": {1: \"x\", 2: \"y\"}}");
  std::map<char, long double> wide{{'a', 1.5}};
  CHECK(view(wide) == "1 element {97 'a': 1.5}");
}

TEST_CASE("comparisons that take place in the object") {
  std::set<int, std::function<bool(int, int)>> wide({2, 1, 3}, std::less<int>());
  CHECK(view(wide) == "object at " + hex(&wide));
  std::set<int, bool (*)(int, int)> narrow({1, 2}, [](int a, int b) { return a < b; });
  CHECK(view(narrow) == "2 elements {1, 2}");
}

TEST_CASE("hash tables") {
  CHECK(view(std::unordered_map<std::string, int>()) == "0 elements");
  CHECK(view(std::unordered_map<std::string, int>{{"a", 1}}) == "1 element {\"a\": 1}");
  CHECK(view(std::unordered_set<int>{5}) == "1 element {5}");
  std::unordered_map<int, std::string> large;
  for (int i = 0; i < 1000; ++i)
    large[i] = std::to_string(i);
  CHECK(startsWith(view(large), "1000 elements {"));
  std::unordered_map<int, std::string> moved = std::move(large);
  CHECK(view(large) == "0 elements");
  CHECK(view(std::unordered_multimap<int, char>{{1, '\0'}, {1, '\0'}}) ==
        "2 elements {1: 0, 1: 0}");
  CHECK(view(std::unordered_map<int, Own>{{1, {}}}) == "1 element {1: ...}");
  std::unordered_set<int, Remainder> own_hash{5};
  CHECK(viewReferred(own_hash) == "object at " + hex(&own_hash));
}

TEST_CASE("deques, lists and adaptors") {
  CHECK(view(std::deque<int>()) == "0 elements");
  std::deque<int> deque{1, 2};
  deque.push_front(0);
  CHECK(view(deque) == "3 elements {0, 1, 2}");
  std::deque<std::array<int, 200>> large(5); // one in each block
  large[4][0] = 9;
  CHECK(startsWith(view(large), "5 elements {200 elements {0"));
  std::deque<int> blocks;
  for (int i = 0; i < 1000; ++i)
    i % 2 ? blocks.push_back(i) : blocks.push_front(i);
  CHECK(view(blocks) == "1000 elements {998, 996, 994, 992, 990, 988, 986, 984, ...}");
  for (int i = 0; i < 999; ++i)
    blocks.pop_front();
  CHECK(view(blocks) == "1 element {999}");
  std::deque<int> moved = std::move(blocks);
  CHECK(view(blocks) == "0 elements");
  CHECK(view(std::list<std::string>()) == "0 elements");
  CHECK(view(std::list<std::string>{"a", "b"}) == "2 elements {\"a\", \"b\"}");
  CHECK(view(std::list<Own>(3)) == "3 elements");
  CHECK(view(std::forward_list<int>()) == "0 elements");
  CHECK(view(std::forward_list<int>{1, 2}) == "2 elements {1, 2}");
  CHECK(view(std::forward_list<char>(2000)) ==
        "more than 1000 elements {0, 0, 0, 0, 0, 0, 0, 0, ...}");
  CHECK(view(std::queue<int>({1, 2})) == "2 elements {1, 2}");
  CHECK(view(std::stack<int>({1, 2})) == "2 elements {1, 2}");
  CHECK(view(std::initializer_list<int>{1, 2, 3}) == "3 elements {1, 2, 3}");
}

TEST_CASE("smart pointers") {
  CHECK(view(std::unique_ptr<int>()) == "empty");
  CHECK(view(std::make_unique<int>(7)) == "7");
  CHECK(view(std::make_unique<std::vector<int>>(2, 7)) == "2 elements {7, 7}");
  auto own = std::make_unique<Own>();
  CHECK(view(own) == "object at " + hex(own.get()));
  auto array = std::make_unique<int[]>(3);
  CHECK(view(array) == "array at " + hex(array.get()));
  int number = 7;
  std::unique_ptr<int, void (*)(int *)> deleter(&number, [](int *) {});
  CHECK(view(deleter) == "7");
  auto shared = std::make_shared<std::string>("text");
  CHECK(view(shared) == "\"text\"");
  auto second = shared;
  CHECK(view(shared) == "\"text\" (2 owners)");
  CHECK(view(std::shared_ptr<int>()) == "empty");
  std::weak_ptr<std::string> weak = shared;
  CHECK(view(weak) == "\"text\" (2 owners)");
  shared = second = nullptr;
  CHECK(view(weak) == "expired");
  CHECK(view(std::weak_ptr<int>()) == "empty");
  std::vector<std::unique_ptr<std::vector<int>>> inside;
  inside.push_back(std::make_unique<std::vector<int>>(2, 1));
  inside.push_back(nullptr);
  CHECK(view(inside) == "2 elements {{1, 1}, empty}");
}

TEST_CASE("what is a value with a meaning") {
  CHECK(view(std::function<int(int)>()) == "empty");
  CHECK(view(std::function<int(int)>([](int number) { return number; })) == "callable");
  int number = 7;
  CHECK(view(std::ref(number)) == "7");
  std::atomic<int> atomic = 5;
  CHECK(view(atomic) == "5");
  CHECK(view(std::complex<double>(1, -2)) == "(1, -2)");
  CHECK(view(std::chrono::milliseconds(1500)) == "1500 ms");
  CHECK(view(std::chrono::duration<double>(0.5)) == "0.5 s");
  CHECK(view(std::chrono::duration<int, std::ratio<1, 30>>(5)) == "5");
  CHECK(view(std::chrono::system_clock::time_point()) == "0 ns since its clock began");
}

TEST_CASE("types of the program stay what they are") {
  Own own;
  CHECK(view(own) == "object at " + hex(&own));
  auto lambda = [&] { return own.field; };
  CHECK(textOf("(lambda) _ZTS1", &lambda) == "object at " + hex(&lambda));
  CHECK(textOf("std::mutex", &own) == "object at " + hex(&own));
}

TEST_CASE("lines stay short, and deep nests are cut") {
  std::vector<std::vector<std::vector<std::vector<std::vector<int>>>>> deep(
      3, {{{{1, 2}, {3}}}, {{{4}}}});
  CHECK(view(std::vector<std::vector<std::vector<std::vector<std::vector<int>>>>>{{{{{1}}}}}) ==
        "1 element {{{{{...}}}}}");
  CHECK(view(deep).size() <= kLongestLine);
  std::map<std::string, std::vector<std::string>> wide;
  for (int i = 0; i < 20; ++i)
    wide[std::string(30, 'a' + i)].assign(20, std::string(50, 'x'));
  CHECK(view(wide).size() <= kLongestLine);
  CHECK(startsWith(view(wide), "20 elements {\"aaa"));
  CHECK(view(std::vector<std::array<double, 16>>(9)).size() <= kLongestLine);
}
