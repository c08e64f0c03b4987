// The statement table of small sources: kinds, nesting, texts, scopes.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/frontend.h"

#include <algorithm>
#include <set>

using namespace jithost;

namespace {

StatementTable tableOf(const std::string &text, const std::vector<LocalName> &names_before = {}) {
  CompileJob job;
  job.source = "/marker-test/program.cpp"; // exists only in memory
  job.sources = {{job.source, text}};
  job.flags = {"-std=c++17"};
  job.names_before = names_before;
  CompiledUnit unit = compileUnit(job, false);
  REQUIRE_MESSAGE(unit.ok, unit.diagnostics);
  return unit.table;
}

const FunctionTable &functionNamed(const StatementTable &table, const std::string &name) {
  auto found = std::find_if(table.functions.begin(), table.functions.end(),
                            [&](const FunctionTable &f) { return f.name == name; });
  REQUIRE(found != table.functions.end());
  return *found;
}

const Statement &statementWith(const FunctionTable &function, const std::string &text) {
  auto found = std::find_if(function.statements.begin(), function.statements.end(),
                            [&](const Statement &s) { return s.text == text; });
  REQUIRE_MESSAGE(found != function.statements.end(), text);
  return *found;
}

std::string scopeOf(const FunctionTable &function, const Statement &statement) {
  std::string names;
  for (uint32_t index : statement.scope)
    names += (names.empty() ? "" : " ") + function.variables[index].name;
  return names;
}

} // namespace

TEST_CASE("statements have kinds, parents, places and texts without comments") {
  StatementTable table = tableOf("int f(int n) {\n"
                                 "  int sum = 0; // nothing\n"
                                 "  for (int i = 0; i < n; ++i) {\n"
                                 "    if (i % 2)\n"
                                 "      sum += i;\n"
                                 "  }\n"
                                 "  return sum;\n"
                                 "}\n");
  const FunctionTable &f = functionNamed(table, "f");
  CHECK(f.symbol == "_Z1fi");
  CHECK(f.resumable);
  const Statement &loop = statementWith(f, "for ( int i = 0 ; i < n ; ++ i )");
  CHECK(loop.kind == StatementKind::For);
  CHECK(loop.begin_line == 3);
  const Statement &add = statementWith(f, "sum += i");
  CHECK(add.begin_line == 5);
  CHECK(f.statement(add.parent)->kind == StatementKind::If);
  CHECK(f.statement(f.statement(add.parent)->parent)->id == loop.id);
  CHECK(statementWith(f, "int sum = 0").kind == StatementKind::Declaration);
  CHECK(statementWith(f, "return sum").kind == StatementKind::Return);
  CHECK(statementWith(f, "++ i").block == kHeaderBlock);
}

TEST_CASE("each declarator is a statement, and one before a label too") {
  StatementTable table = tableOf("int g(int);\n"
                                 "int f(int n) {\n"
                                 "  int a = g(n), *b = &a, c;\n"
                                 "  int d = g(*b);\n"
                                 "again:\n"
                                 "  if (d++ < n)\n"
                                 "    goto again;\n"
                                 "  return a + c;\n"
                                 "}\n");
  const FunctionTable &f = functionNamed(table, "f");
  CHECK(scopeOf(f, statementWith(f, "int a = g ( n )")) == "n");
  CHECK(scopeOf(f, statementWith(f, ", * b = & a")) == "n a");
  CHECK(scopeOf(f, statementWith(f, "int d = g ( * b )")) == "n a b c");
}

TEST_CASE("the initialiser of if and switch is a statement of its own") {
  StatementTable table = tableOf("int g(int);\n"
                                 "int f(int n) {\n"
                                 "  if (int a = g(n); g(a) > 1)\n"
                                 "    return a;\n"
                                 "  switch (int b = g(n); g(b)) {\n"
                                 "  case 1:\n"
                                 "    return b;\n"
                                 "  }\n"
                                 "  return n;\n"
                                 "}\n");
  const FunctionTable &f = functionNamed(table, "f");
  const Statement &init = statementWith(f, "int a = g ( n )"),
                  &test = statementWith(f, "g ( a ) > 1");
  CHECK(f.statement(init.parent)->kind == StatementKind::If);
  CHECK(test.parent == init.parent);
  CHECK(scopeOf(f, test) == "n a");
  CHECK(scopeOf(f, statementWith(f, "g ( b )")) == "n b");
}

TEST_CASE("scopes list what is alive, outermost first") {
  StatementTable table = tableOf("struct S { int v; int m(int a) {\n"
                                 "  int x = a;\n"
                                 "  { int x = 2; x += v; }\n"
                                 "  try { throw x; } catch (int e) { x = e; }\n"
                                 "  return x; } };\n"
                                 "int g() { return S().m(1); }\n");
  const FunctionTable &m = functionNamed(table, "S::m");
  CHECK(scopeOf(m, statementWith(m, "int x = a")) == "this a");
  CHECK(scopeOf(m, statementWith(m, "x += v")) == "this a x x");
  CHECK(scopeOf(m, statementWith(m, "x = e")) == "this a x <catch> e");
  CHECK(scopeOf(m, statementWith(m, "return x")) == "this a x");
}

TEST_CASE("the parts of a range-for are statements of their own") {
  StatementTable table =
      tableOf("int *begin(int (*)[3]); int *end(int (*)[3]);\n"
              "struct R { int *begin() const; int *end() const; };\n"
              "R make(int);\n"
              "int f() { int s = 0; for (const int &x : make(4)) s += x; return s; }\n");
  const FunctionTable &f = functionNamed(table, "f");
  CHECK(statementWith(f, "make ( 4 )").kind == StatementKind::Declaration);
  const Statement &variable = statementWith(f, "const int & x");
  CHECK(f.statement(variable.parent)->kind == StatementKind::RangeFor);
  CHECK(scopeOf(f, statementWith(f, "s += x")) == "s __range1 __begin1 __end1 x");
}

TEST_CASE("lambda bodies belong to the lambda, captures are listed") {
  StatementTable table =
      tableOf("int f(int n) { auto l = [n](int x) { return x + n; }; return l(1); }\n");
  const FunctionTable &f = functionNamed(table, "f");
  statementWith(f, "auto l = [ n ] ( int x )");
  auto lambda = std::find_if(table.functions.begin(), table.functions.end(),
                             [](const FunctionTable &entry) { return entry.lambda_number != 0; });
  REQUIRE(lambda != table.functions.end());
  statementWith(*lambda, "return x + n");
  REQUIRE(table.local_names.size() == 1);
  CHECK(table.local_names[0].shape.find("=n:int") != std::string::npos);
  CHECK(table.local_names[0].owner == f.symbol);
  CHECK(lambda->lambda_number == table.local_names[0].number);
}

TEST_CASE("lambdas and static locals keep their symbols when others are inserted before them") {
  auto symbolsOf = [](const StatementTable &table) {
    std::set<std::string> symbols;
    for (const FunctionTable &function : table.functions)
      symbols.insert(function.symbol);
    return symbols;
  };
  std::string rest = "auto b = [] { return 2; }; { static int s = 1; ++s; } return b(); }\n";
  StatementTable before = tableOf("int f() { " + rest + "inline int g() { " + rest);
  std::string fresh = "auto a = [] { return 1 + 1; }; a(); { static int s = 7; s = 5; } ";
  StatementTable after =
      tableOf("int f() { " + fresh + rest + "inline int g() { " + fresh + rest, before.local_names);
  for (const std::string &symbol : symbolsOf(before))
    CHECK(symbolsOf(after).count(symbol) == 1);
  for (const LocalName &then : before.local_names)
    CHECK(
        std::any_of(after.local_names.begin(), after.local_names.end(), [&](const LocalName &now) {
          return now.sameGroup(then) && now.number == then.number && now.text == then.text;
        }));
  CHECK(after.local_names.size() == 2 * before.local_names.size());
}

TEST_CASE("types of closures do not say where they stand") {
  StatementTable before = tableOf("int f() { auto l = [] { return 2; }; return l(); }\n");
  StatementTable after = tableOf("\n\nint f() { auto l = [] { return 2; }; return l(); }\n");
  CHECK(functionNamed(before, "f").variables[0].type ==
        functionNamed(after, "f").variables[0].type);
  StatementTable two = tableOf("void f() { auto l = [] {}; auto m = [] {}; l(); m(); }\n");
  const std::vector<Variable> &variables = functionNamed(two, "f").variables;
  CHECK(variables[0].type != variables[1].type);
}

TEST_CASE("labels of cases") {
  StatementTable table =
      tableOf("void f(int n) { switch (n) { case 1: case 2: n = 3; n = 4; break; "
              "default: n = 5; } }\n");
  const FunctionTable &f = functionNamed(table, "f");
  CHECK(statementWith(f, "n = 3").labels == "case 1 :case 2 :");
  CHECK(statementWith(f, "n = 4").labels.empty());
  CHECK(statementWith(f, "n = 5").labels == "default :");
}

TEST_CASE("what cannot be marked says why") {
  StatementTable table = tableOf("struct D { ~D() { int x = 1; (void)x; } };\n"
                                 "constexpr int c(int x) { return x; }\n"
                                 "void v(int n) { int a[n]; a[0] = 1; }\n"
                                 "D d; int i = c(2);\n");
  CHECK(functionNamed(table, "D::~D").resumable);
  CHECK(functionNamed(table, "c").not_resumable_because == "it is constexpr");
  CHECK(functionNamed(table, "v").not_resumable_because == "it has an array of variable length");
}

TEST_CASE("marks in comments") {
  StatementTable table = tableOf("void g(); // nothing\n"
                                 "void f() { // jit-host: restart\n"
                                 "  g();\n"
                                 "  // jit-host: resume\n"
                                 "  g();\n"
                                 "  g(); // jit-host: resume\n"
                                 "}\n");
  const FunctionTable &f = functionNamed(table, "f");
  CHECK(f.restart_mark);
  REQUIRE(f.statements.size() == 4);
  CHECK(!f.statements[0].resume_mark);
  CHECK(f.statements[1].resume_mark);
  CHECK(f.statements[2].resume_mark);
}

TEST_CASE("the code hash sees macros and default arguments, not comments and lines") {
  auto hash = [](const std::string &prefix, const std::string &body) {
    return functionNamed(tableOf(prefix + "int f(int x) { " + body + " }\n"), "f").code_hash;
  };
  uint64_t plain = hash("#define K 3\nint h(int a = 1);\n", "return x * K + h();");
  CHECK(plain != 0);
  CHECK(hash("#define K 3\n\n\nint h(int a = 1);\n", "return x * K /* c */ + h();") == plain);
  CHECK(hash("#define K 4\nint h(int a = 1);\n", "return x * K + h();") != plain);
  CHECK(hash("#define K 3\nint h(int a = 2);\n", "return x * K + h();") != plain);
  CHECK(hash("", "const char *s = \"a\"; return s[x];") !=
        hash("", "const char *s = \"b\"; return s[x];"));
}

TEST_CASE("layouts of classes see members and virtual functions") {
  auto layout = [](const std::string &members) {
    StatementTable table = tableOf("struct S { " + members + " }; S s;\n");
    REQUIRE(table.classes.size() == 1);
    return table.classes[0].layout;
  };
  uint64_t plain = layout("int a; int b;");
  CHECK(layout("int a; int b; void f() {}") == plain);
  CHECK(layout("int b; int a;") != plain);
  CHECK(layout("int a; int b; int c;") != plain);
  CHECK(layout("int a; int b; virtual void f() {}") != plain);
}
