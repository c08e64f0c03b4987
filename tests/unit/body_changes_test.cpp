// Which texts differ in bodies and in functions that came, and no more.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "compile/body_changes.h"

#include <clang/Basic/LangOptions.h>
#include <doctest/doctest.h>

using namespace jithost;

namespace {

clang::LangOptions cplusplus() {
  clang::LangOptions options;
  options.CPlusPlus = true;
  return options;
}

/// A body is what stands in `{|` and `|}` of the older text; both signs are left out.
std::vector<BodyRange> takeMarks(std::string &text) {
  std::vector<BodyRange> bodies;
  for (size_t open; (open = text.find("{|")) != std::string::npos;) {
    text.erase(open + 1, 1);
    size_t close = text.find("|}", open);
    text.erase(close, 1);
    bodies.push_back({unsigned(open), unsigned(close + 1)});
  }
  return bodies;
}

std::optional<BodyChanges> compare(std::string before, const std::string &after) {
  std::vector<BodyRange> bodies = takeMarks(before);
  return compareBodies(before, bodies, after, cplusplus());
}

std::string textOf(const InsertedDeclaration &inserted, const std::string &after) {
  return after.substr(inserted.range.begin, inserted.range.end - inserted.range.begin);
}

} // namespace

TEST_CASE("bodies differ, and nothing else") {
  auto changes = compare("int f() {| return 1; |}\nint g() {| return 2; |}\n",
                         "int f() { return 1; }\nint g() {\n return 3; }\n");
  REQUIRE(changes);
  CHECK(changes->inserted.empty());
  REQUIRE(changes->bodies.size() == 1);
  CHECK(changes->bodies[0].first == 1);
  CHECK_FALSE(compare("int f() {| return 1; |}\nint x;\n", "int f() { return 2; }\nint y;\n"));
}

TEST_CASE("a function came, and begins like the one behind it") {
  const std::string after = "#include <x>\nint f(int a) { return 1; }\nint came(int a) { return 2; "
                            "}\nint g(int a) { return came(a); }\n";
  auto changes =
      compare("#include <x>\nint f(int a) {| return 1; |}\nint g(int a) {| return a; |}\n", after);
  REQUIRE(changes);
  REQUIRE(changes->inserted.size() == 1);
  CHECK(textOf(changes->inserted[0], after) == "int came(int a) { return 2; }");
  CHECK(changes->inserted[0].namespaces.empty());
  CHECK(changes->inserted[0].before == 40); // where g's declaration began
  REQUIRE(changes->bodies.size() == 1);
  CHECK(changes->bodies[0].first == 1);
  uint32_t line = 3, column = 1; // g
  changes->places.move(line, column);
  CHECK(line == 4);
  line = 2; // f
  changes->places.move(line, column);
  CHECK(line == 2);
}

TEST_CASE("several came: first, last, behind a directive, in front of a class") {
  const std::string after =
      "static int a() { return 1; }\n#include <x>\nint b() { return 1; }\nint c() { "
      "return 1; }\nstruct S {\n int x; };\nint f() { return 1; }\nint d() { return 1; }";
  auto changes = compare("#include <x>\nstruct S {\n int x; };\nint f() {| return 1; |}", after);
  REQUIRE(changes);
  CHECK(changes->bodies.empty());
  REQUIRE(changes->inserted.size() == 4);
  CHECK(textOf(changes->inserted[0], after) == "static int a() { return 1; }");
  CHECK(textOf(changes->inserted[1], after) == "int b() { return 1; }");
  CHECK(textOf(changes->inserted[2], after) == "int c() { return 1; }");
  CHECK(textOf(changes->inserted[3], after) == "int d() { return 1; }");
}

TEST_CASE("behind functions that cannot be read by themselves") {
  for (const char *first : {"template <class T> int t(T x) { return 1; }\n", "C::C() : x(1) { }\n",
                            "int C::f() const { return 1; }\n", "C::~C() noexcept { }\n"}) {
    auto changes = compare(std::string(first) + "int f() {| |}\n",
                           std::string(first) + "int came() { }\nint f() { }\n");
    REQUIRE_MESSAGE(changes, first);
    CHECK(changes->inserted.size() == 1);
  }
  CHECK_FALSE(compare("auto l = [](int x) { };\n", "auto l = [](int x) { } int g() { };\n"));
}

TEST_CASE("constants came") {
  const std::string after = "constexpr double a = 1e-6;\nstatic const int b{3};\nnamespace n {\n"
                            "inline constexpr float c = f(2), d = 1;\nint f() { }\n}\n";
  auto changes = compare("namespace n {\nint f() {| |}\n}\n", after);
  REQUIRE(changes);
  REQUIRE(changes->inserted.size() == 3);
  CHECK(textOf(changes->inserted[0], after) == "constexpr double a = 1e-6;");
  CHECK(textOf(changes->inserted[1], after) == "static const int b{3};");
  CHECK(textOf(changes->inserted[2], after) == "inline constexpr float c = f(2), d = 1;");
  CHECK_FALSE(compare("const int x = 1;\nint f() {| |}\n", "const int x = 2;\nint f() { }\n"));
  CHECK_FALSE(compare("int f() {| |}\n", "const struct { int x; } s = {1};\nint f() { }\n"));
  CHECK_FALSE(compare("int f() {| |}\n", "const int x = 1\nint f() { }\n"));
}

TEST_CASE("includes came") {
  auto changes = compare("#include <b>\n#include <d>\nint f() {| |}\n",
                         "#include <a>\n#include <b>\n#include \"c.h\"\n#include <d>\n#include "
                         "<e>\nint came() { }\nint f() { }\n#include <g>");
  REQUIRE(changes);
  REQUIRE(changes->includes.size() == 4);
  CHECK(changes->includes[0].header == "<a>");
  CHECK(changes->includes[0].before == 0);
  CHECK(changes->includes[1].header == "\"c.h\"");
  CHECK(changes->includes[1].before == 13);
  CHECK(changes->includes[2].header == "<e>");
  CHECK(changes->includes[3].header == "<g>");
  CHECK(changes->inserted.size() == 1);
  CHECK_FALSE(
      compare("namespace a { int f() {| |} }\n", "namespace a {\n#include <b>\nint f() { } }\n"));
  CHECK_FALSE(compare("#include <b>\n", "#include <a>\n"));
  CHECK_FALSE(compare("#include <b>\nint x;\n", "#include <b> int y;\nint x;\n"));
  CHECK_FALSE(compare("#define A 1\nint x;\n", "#define A 1\n#define B 2\nint x;\n"));
}

TEST_CASE("the namespaces around") {
  auto changes =
      compare("namespace a::b { inline namespace c { namespace { int f() {| |} } } }\n"
              "extern \"C\" { int g(); }\n",
              "namespace a::b { inline namespace c { namespace { int f() { } int came() { } } } }\n"
              "extern \"C\" { int g(); int too() { } }\n");
  REQUIRE(changes);
  REQUIRE(changes->inserted.size() == 2);
  CHECK(changes->inserted[0].namespaces ==
        std::vector<std::string>{"namespace a::b {", "inline namespace c {", "namespace {"});
  CHECK(changes->inserted[1].namespaces == std::vector<std::string>{"extern \"C\" {"});
}

TEST_CASE("what came is more than a function, or stands where none can be read by itself") {
  const char *const f = "int f() {| return 1; |}\n";
  for (const char *came :
       {"template <class T> int t(T x) { return 1; }\n", "struct S { int g() { return 1; } };\n",
        "int x = 1;\n", "int g();\n", "S operator+(S a, S b) { return a; }\n", "#define X 1\n",
        "using namespace std;\n", "namespace n { int g() { return 1; } }\n", "int x{1};\n",
        "int g() try { return 1; } catch (...) { return 2; }\n",
        "int g() {\n#ifdef X\n return 1;\n#endif\n}\n", "int g() { return 1;\n"})
    CHECK_FALSE_MESSAGE(compare(f, std::string(came) + "int f() { return 1; }\n"), came);
  CHECK_FALSE(compare("struct S { int x; };\n", "struct S { int g() { return 1; } int x; };\n"));
  CHECK_FALSE(compare("int x[] = { 1 };\n", "int x[] = { int g() { } 1 };\n"));
  CHECK_FALSE(compare("struct S { } x;\n", "struct S { } int g() { } x;\n"));
  CHECK_FALSE(
      compare("int f() {| return 1; |} int g() {| |}\n", "int h() { return 1; } int g() { }\n"));
}

TEST_CASE("where conditions decide what is there, nothing is read by itself") {
  CHECK_FALSE(
      compare("#if X\nint f() {| |}\n#endif\n", "#if X\nint f() { }\nint g() { }\n#endif\n"));
  CHECK(compare("#if X\nint x;\n#endif\nint f() {| |}\n",
                "#if X\nint x;\n#endif\nint f() { }\nint g() { }\n"));
  const std::string parts = "#if X\nnamespace a {\n#else\nnamespace b {\n#endif\nint f() ";
  CHECK_FALSE(compare(parts + "{| |}\n}\n", parts + "{ }\nint g() { }\n}\n"));
}
