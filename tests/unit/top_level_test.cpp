// Statements and definitions are told apart, and top-level declarations found, by brackets alone.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "compile/top_level.h"

#include <algorithm>
#include <doctest/doctest.h>

using namespace jithost;

namespace {

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(" \n"));
  return text.substr(0, text.find_last_not_of(" \n") + 1);
}

std::string definitions(const std::string &text) {
  return trimmed(splitStatements(text).definitions);
}

std::string statements(const std::string &text) {
  return trimmed(splitStatements(text).statements);
}

/// The text from the begin of the top-level declaration that holds `inside`.
std::string itemWith(const std::string &text, const std::string &inside) {
  return text.substr(beginOfTopLevelItem(text, text.find(inside)));
}

} // namespace

TEST_CASE("what are definitions") {
  for (const char *text :
       {"int twice(int x) { return 2 * x; }", "static std::string f() { return {}; }",
        "template <typename T> T id(T x) { return x; }", "struct P { int x; void f() {} };",
        "enum class E { A, B };", "namespace n { int f() { return 1; } }",
        "using V = std::vector<int>;", "typedef int Count;", "extern int other;",
        "auto g(int x) -> int { return x; }",
        "torch::Tensor Net::forward(torch::Tensor x) { return x; }", "#include <cmath>"})
    CHECK(definitions(text) == text);
}

TEST_CASE("what are statements") {
  for (const char *text :
       {"x = 3;", "for (int i = 0; i < 3; ++i) { f(i); }", "if (a) { b(); } else { c(); }",
        "auto f = [](int x) { return x; };", "std::vector<int> v{1, 2, 3};",
        "while (f(x)) { --x; }", "switch (x) { case 1: break; }", "try { f(); } catch (...) { }",
        "do { f(); } while (g());", "int x = [&] { return 1; }();", "{ int local = 1; }",
        "std::cout << \"int f() { }\" << '{';", "f(x)", "do_it({1, 2});",
        "int y = g({1, 2}) + P{3}.x;"}) {
    CAPTURE(text);
    CHECK(definitions(text) == "");
    CHECK(statements(text) == text);
  }
}

TEST_CASE("both keep their lines and columns") {
  SplitStatements split = splitStatements("x = 1;\n  int f(int a) {\n return a;\n}\ny = f(x);\n");
  CHECK(split.definitions == "      \n  int f(int a) {\n return a;\n}\n         \n");
  CHECK(split.statements == "x = 1;\n                \n          \n \ny = f(x);\n");
  CHECK(split.defined == std::vector<std::string>{"f"});
}

TEST_CASE("names that are defined") {
  auto names = splitStatements("struct P { int x; }; using V = int; namespace n { } "
                               "template <class T> T id(T x) { return x; } typedef long Count;")
                   .defined;
  for (const char *name : {"P", "V", "n", "id", "Count"})
    CHECK(std::find(names.begin(), names.end(), name) != names.end());
}

TEST_CASE("comments, literals and directives are no brackets") {
  const std::string text = "// { not a brace\n/* { */ const char *s = \"}{\"; char c = '{';\n"
                           "auto r = R\"x({ \" )x\";\n#define OPEN {\nint f() { return 1; }\n";
  CHECK(itemWith(text, "return 1") == "int f() { return 1; }\n");
  CHECK(itemWith(text, "'{'") == "char c = '{';\nauto r = R\"x({ \" )x\";\n#define OPEN {\n"
                                 "int f() { return 1; }\n");
}

TEST_CASE("a method's declaration of the top level is its class, or its namespace") {
  const std::string text = "#include <a>\nint g;\nnamespace n {\nstruct S {\n#if 1\n  void m() { "
                           "body(); }\n#endif\n};\n}\n"
                           "int after;\n";
  CHECK(itemWith(text, "body()").starts_with("namespace n {"));
  CHECK(itemWith(text, "after").starts_with("int after;"));
}

TEST_CASE("texts that end too early end the scan") {
  for (const char *text : {"", "/*", "\"", "'", "R\"(", "int f() {", "#", "x = (", "R\"", "\"\\"}) {
    splitStatements(text);
    CHECK(beginOfTopLevelItem(text, 0) <= std::string(text).size());
    identifiersIn(text);
  }
}
