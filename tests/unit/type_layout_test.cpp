// Sizes from names; the compiler's own are the judge.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "pause/type_layout.h"
#include "type_names.h"

#include <array>
#include <atomic>
#include <chrono>
#include <complex>
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

namespace {

struct Own {
  int field;
};

std::optional<TypeLayout> layout(const std::string &type) { return layoutOf(readType(type), {}); }

template <typename T> using Matrix = T[2][3];

template <typename T> void checkSize() {
  std::string name = typeNameOf<T>();
  auto known = layout(name);
  REQUIRE_MESSAGE(known, name);
  CHECK_MESSAGE(known->size == sizeof(T), name);
  CHECK_MESSAGE(known->alignment == alignof(T), name);
}

template <typename... Types> void checkSizes() { (checkSize<Types>(), ...); }

/// Alone and inside others, where a wrong alignment shows.
template <typename... Types> void checkEverywhere() {
  checkSizes<Types...>();
  checkSizes<std::pair<char, Types>...>();
  checkSizes<std::pair<Types, char>...>();
  checkSizes<std::tuple<char, Types, char>...>();
  checkSizes<std::tuple<Types, char, short>...>();
  checkSizes<std::optional<Types>...>();
  checkSizes<std::variant<char, Types, std::string>...>();
  checkSizes<std::array<Types, 3>...>();
  checkSizes<Matrix<Types>...>();
}

template <typename... Elements> void checkOffsets() {
  using Tuple = std::tuple<Elements...>;
  auto offsets = tupleOffsets({typeNameOf<Elements>()...}, {});
  REQUIRE(offsets);
  alignas(Tuple) char memory[sizeof(Tuple)];
  auto *tuple = reinterpret_cast<Tuple *>(memory);
  std::vector<uint64_t> real;
  auto offset = [&](auto &element) { return reinterpret_cast<char *>(&element) - memory; };
  std::apply([&](auto &...element) { (real.push_back(offset(element)), ...); }, *tuple);
  CHECK(*offsets == real);
}

} // namespace

TEST_CASE("scalars and pointers") {
  checkEverywhere<bool, char, signed char, unsigned char, short, unsigned short, int, unsigned,
                  long, unsigned long, long long, unsigned long long, float, double, long double,
                  __int128, unsigned __int128, char16_t, char32_t, wchar_t, std::byte,
                  std::nullptr_t>();
  checkEverywhere<int *, const char *const, void (*)(int), int Own::*, void (Own::*)() const,
                  int(*)[3], Own *>();
}

TEST_CASE("containers") {
  checkEverywhere<std::string, std::wstring, std::string_view, std::vector<int>, std::vector<bool>,
                  std::vector<Own>, std::deque<int>, std::list<Own>, std::forward_list<int>,
                  std::map<std::string, Own>, std::multimap<int, int, std::greater<int>>,
                  std::set<int>, std::multiset<std::string>, std::unordered_map<std::string, Own>,
                  std::unordered_set<int>, std::unordered_multimap<int, int>, std::queue<int>,
                  std::stack<int>, std::initializer_list<int>, std::filesystem::path>();
  checkSizes<std::array<int, 0>, std::array<std::array<short, 3>, 5>, std::array<int[2], 3>,
             std::array<int(*)[2], 3>>();
}

TEST_CASE("holders") {
  checkEverywhere<std::unique_ptr<Own>, std::unique_ptr<int[]>, std::shared_ptr<Own>,
                  std::weak_ptr<int>, std::function<int(const std::string &, double)>,
                  std::reference_wrapper<int>, std::optional<std::optional<bool>>,
                  std::complex<double>, std::complex<float>, std::chrono::milliseconds,
                  std::chrono::duration<double>, std::chrono::steady_clock::time_point>();
  checkEverywhere<std::atomic<char>, std::atomic<short>, std::atomic<int>, std::atomic<long>,
                  std::atomic<bool>, std::atomic<double>, std::atomic<int *>,
                  std::atomic<std::array<char, 2>>, std::atomic<std::array<char, 3>>,
                  std::atomic<std::array<char, 8>>, std::atomic<std::array<long, 2>>>();
  checkSizes<std::pair<const int &, int>, std::tuple<int &, const std::string &>, std::tuple<>,
             std::variant<std::monostate, int>, std::variant<std::monostate>>();
}

TEST_CASE("a tuple's elements lie the other way round") {
  checkOffsets<int, std::string, double>();
  checkOffsets<char, char, int>();
  checkOffsets<char, std::tuple<int, char>, char, long double, bool>();
  checkOffsets<int *, char, std::pair<char, short>>();
}

TEST_CASE("arguments that are usually left out") {
  CHECK(layout("std::vector<int, std::allocator<int>>")->size == 24);
  CHECK(layout("std::map<int, int, std::less<int>, std::allocator<std::pair<const int, int> > >")
            ->size == 48);
  CHECK(layout("std::stack<int, std::deque<int>>")->size == 80);
  CHECK_FALSE(layout("std::vector<int, Own<int>>"));
  CHECK_FALSE(layout("std::set<int, bool (*)(int, int)>"));
  CHECK_FALSE(layout("std::unordered_map<Own, int, OwnHash>"));
  CHECK_FALSE(layout("std::unique_ptr<_IO_FILE, int (*)(_IO_FILE *)>"));
}

TEST_CASE("what is not known") {
  for (const char *type : {"Own",
                           "std::pair<int, Own>",
                           "std::tuple<Own>",
                           "std::optional<Own>",
                           "std::variant<int, Own>",
                           "std::array<Own, 3>",
                           "Own[3]",
                           "std::mutex",
                           "void",
                           "int[]",
                           "int ()",
                           "std::pair<int>",
                           "std::vector<>",
                           "std::array<int, Own>",
                           "std::array<int, -1>",
                           "std::tuple<int, std::monostate>",
                           "std::variant<>",
                           "(lambda)",
                           "(unnamed)",
                           "char[18446744073709551615][16]",
                           "std::array<int[4294967296], 4294967296>"})
    CHECK_MESSAGE(!layout(type), type);
  std::string deep = "int";
  for (int i = 0; i < 100; ++i)
    deep = "std::optional<" + deep + ">";
  CHECK_FALSE(layout(deep));
}

TEST_CASE("the bridge is asked for other types") {
  ObjectDescriber bridge;
  bridge.layout = [](const char *type, size_t *size, size_t *alignment) {
    *size = 8;
    *alignment = 8;
    return std::string(type) == "at::Tensor";
  };
  CHECK(layoutOf(readType("std::pair<const int, at::Tensor>"), bridge)->size == 16);
  CHECK_FALSE(layoutOf(readType("at::Other"), bridge));
}
