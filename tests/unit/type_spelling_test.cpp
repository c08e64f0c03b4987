// Spellings taken apart, and the types that people are shown. Spellings are copied from the
// statement tables of programs.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "pause/type_spelling.h"

using namespace jithost;

namespace {

using Kind = TypeSpelling::Kind;

std::string argumentsOf(const std::string &spelling) {
  std::string text;
  for (const std::string &argument : readType(spelling).arguments)
    text += argument + "|";
  return text;
}

} // namespace

TEST_CASE("names and their arguments") {
  TypeSpelling map = readType("const std::map<std::basic_string<char>, std::vector<int>>");
  CHECK(map.kind == Kind::Plain);
  CHECK(map.name == "std::map");
  CHECK(map.text == "std::map<std::basic_string<char>, std::vector<int>>");
  CHECK(argumentsOf(map.text) == "std::basic_string<char>|std::vector<int>|");
  CHECK(argumentsOf("std::function<int (const std::basic_string<char> &, double)>") ==
        "int (const std::basic_string<char> &, double)|");
  CHECK(argumentsOf("std::tuple<int (&)[4], std::pair<const int, char> &>") ==
        "int (&)[4]|std::pair<const int, char> &|");
  CHECK(argumentsOf("std::tuple<>") == "");
  CHECK(readType("A<int>::B<char>").name == "A<int>::B");
  CHECK(readType("A<int>::B").name == "A<int>::B");
  CHECK(readType("A<int>::B").arguments.empty());
}

TEST_CASE("tags, inline namespaces and old ways of writing are no part of a name") {
  CHECK(readType("class std::__cxx11::basic_string<char, struct std::char_traits<char>, class "
                 "std::allocator<char> >")
            .text == "std::basic_string<char, std::char_traits<char>, std::allocator<char>>");
  CHECK(readType("std::filesystem::__cxx11::path").text == "std::filesystem::path");
  CHECK(readType("volatile struct Own").text == "Own");
  CHECK(readType("my_struct Own").text == "my_struct Own");
}

TEST_CASE("pointers and references") {
  CHECK(readType("int *").kind == Kind::Pointer);
  CHECK(readType("const char *const").target == "char ");
  CHECK(readType("const int *const *").target == "int *const ");
  CHECK(readType("const std::vector<int> &").kind == Kind::Reference);
  CHECK(readType("const std::vector<int> &").target == "std::vector<int>");
  CHECK(readType("std::pair<long, long> &&").target == "std::pair<long, long>");
  CHECK(readType("int my::Own::*").kind == Kind::MemberPointer);
  CHECK(readType("void (*)(int, char)").kind == Kind::FunctionPointer);
  CHECK(readType("void (*)(int) noexcept").kind == Kind::FunctionPointer);
  CHECK(readType("void (Model<int>::*)()").kind == Kind::MethodPointer);
  CHECK(readType("void (Model<int>::*)() const").kind == Kind::MethodPointer);
  CHECK(readType("void (int)").kind == Kind::Other);
}

TEST_CASE("arrays: the first bound is the outermost") {
  TypeSpelling matrix = readType("float[2][3]");
  CHECK(matrix.kind == Kind::Array);
  CHECK(matrix.count == 2);
  CHECK(matrix.target == "float[3]");
  CHECK(readType("const char *[3]").target == "char *");
  CHECK(readType("const char *(&)[3]").kind == Kind::Reference);
  CHECK(readType("const char *(&)[3]").target == "char *[3]");
  CHECK(readType("int (*)[3]").kind == Kind::Pointer);
  CHECK(readType("int (*)[3]").target == "int[3]");
  CHECK(readType("int[]").kind == Kind::Other);
  CHECK(readType("int[99999999999999999999999]").kind == Kind::Other);
  TypeSpelling array;
  CHECK(readStdArray(readType("std::array<int[2], 3>"), array));
  CHECK(array.target == "int[2]");
  CHECK(array.count == 3);
  CHECK_FALSE(readStdArray(readType("std::pair<int, 3>"), array));
}

TEST_CASE("lambdas and unnamed types are names") {
  CHECK(readType("(lambda) _ZTSZ1fvEUlvE_").text == "(lambda)");
  CHECK(readType("std::vector<(lambda)> _ZTSSt6vectorIZ1fvEUlvE_").name == "std::vector");
  CHECK(readType("(lambda) _ZTSZ1fvEUlvE_").kind == Kind::Plain);
  CHECK(readType("(unnamed)").kind == Kind::Plain);
  CHECK(readType("(anonymous namespace)::Own").name == "(anonymous namespace)::Own");
  CHECK(readType("(anonymous namespace)::Own *").target == "(anonymous namespace)::Own ");
}

TEST_CASE("what makes no sense is of no kind, and nothing else happens") {
  for (const char *spelling : {"",
                               " ",
                               "&",
                               "*",
                               "]",
                               ")",
                               ">",
                               "<",
                               "[]",
                               "()",
                               "a<b",
                               "a>b>",
                               ")(",
                               "][",
                               "std::vector<",
                               "std::pair<,>",
                               "const",
                               "const ",
                               "int[",
                               "[3]",
                               "(*)[",
                               "())[3]",
                               ")[3]",
                               "int[3",
                               "&&&&",
                               "**",
                               "std::array<int, >"})
    CHECK_NOTHROW(readType(spelling));
  std::string deep(100000, '<');
  CHECK_NOTHROW(readType(deep + std::string(100000, '>')));
}

TEST_CASE("people are shown the spelling without reference marks") {
  CHECK(shownType("const std::vector<std::string> &",
                  "const std::vector<std::basic_string<char>> &") ==
        "const std::vector<std::string>");
  CHECK(shownType("std::string", "std::basic_string<char>") == "std::string");
  CHECK(shownType("int64_t", "long") == "int64_t");
  CHECK(shownType("const char *(&)[3]", "const char *(&)[3]") == "const char *[3]");
  CHECK(shownType("void (&)(int)", "void (&)(int)") == "void (int)");
  CHECK(shownType("iterator", "std::_Rb_tree_iterator<std::pair<const int, int>>") == "iterator");
  CHECK(shownType("(lambda)", "(lambda) _ZTSZ1fvEUlvE_") == "(lambda)");
  CHECK(shownType("std::tuple<int (&)[4]> &", "std::tuple<int (&)[4]> &") ==
        "std::tuple<int (&)[4]>");
}

TEST_CASE("and the canonical type where the spelling goes through helpers") {
  CHECK(shownType("pair<typename __decay_and_strip<long &>::__type, typename "
                  "__decay_and_strip<long &>::__type> &&",
                  "std::pair<long, long> &&") == "std::pair<long, long>");
  CHECK(shownType("tuple<typename __decay_and_strip<vector<char, allocator<char>> &>::__type, "
                  "typename __decay_and_strip<unsigned long &>::__type>",
                  "std::tuple<std::vector<char>, unsigned long>") ==
        "std::tuple<std::vector<char>, unsigned long>");
  CHECK(shownType("std::tuple_element<1, std::tuple<int, std::basic_string<char>>>::type &",
                  "std::basic_string<char> &") == "std::string");
  CHECK(shownType("value_type &", "char &") == "char");
  CHECK(shownType("shared_ptr<_NonArray<vector<basic_string<char>>>>",
                  "std::shared_ptr<std::vector<std::basic_string<char>>>") ==
        "std::shared_ptr<std::vector<std::string>>");
  CHECK(shownType("program::A_Type", "A") == "program::A_Type");
  CHECK(shownType("std::conditional_t<true, int, char>", "int") == "int");
  CHECK(shownType("std::vector<decltype(lambda)>", "std::vector<(lambda)> _ZTSSt6vector") ==
        "std::vector<(lambda)>");
  CHECK(shownType("std::unique_ptr<__own>", "std::unique_ptr<program::__own>") ==
        "std::unique_ptr<__own>");
}
