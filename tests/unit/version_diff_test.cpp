// Versions compared: what counts as a change of code and what does not.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "resume/version_diff.h"
#include "table_builder.h"

using namespace jithost;
using namespace jithost::test;
using Symbols = std::vector<std::string>;

namespace {

FunctionTable simple() {
  return function("f", {decl("int x = 1", {value("x")}), ifThen("if (x)", {expr("g(x)")})});
}

} // namespace

TEST_CASE("equal code is not changed by lines, columns and files") {
  FunctionTable before = simple(), after = simple();
  for (Statement &statement : after.statements) {
    statement.begin_line += 7;
    statement.begin_column = 3;
    statement.file = "/elsewhere/train.cpp";
  }
  after.begin_line = 99;
  CHECK_FALSE(functionChanged(before, after));
}

TEST_CASE("a changed token is a change") {
  FunctionTable after = simple();
  after.statements[0].text = "int x = 2";
  CHECK(functionChanged(simple(), after));
}

TEST_CASE("another kind, nesting or branch is a change") {
  FunctionTable kind = simple(), parent = simple(), branch = simple();
  kind.statements[0].kind = StatementKind::Expression;
  parent.statements[2].parent = 0;
  branch.statements[2].block = 1;
  CHECK(functionChanged(simple(), kind));
  CHECK(functionChanged(simple(), parent));
  CHECK(functionChanged(simple(), branch));
}

TEST_CASE("a statement more or less at the end is a change") {
  FunctionTable longer = simple();
  longer.statements.push_back(longer.statements.back());
  CHECK(functionChanged(simple(), longer));
  CHECK(functionChanged(longer, simple()));
}

TEST_CASE("another signature is a change") {
  FunctionTable after = simple();
  after.signature = "int ()";
  CHECK(functionChanged(simple(), after));
}

TEST_CASE("code hashes count only when both are known") {
  FunctionTable before = simple(), after = simple();
  before.code_hash = 1;
  CHECK_FALSE(functionChanged(before, after));
  after.code_hash = 2;
  CHECK(functionChanged(before, after));
  after.code_hash = 1;
  CHECK_FALSE(functionChanged(before, after));
}

TEST_CASE("marks are no change of code") {
  FunctionTable after = simple();
  after.restart_mark = true;
  after.statements[1].resume_mark = true;
  CHECK_FALSE(functionChanged(simple(), after));
}

TEST_CASE("functions are sorted into changed, added and removed") {
  FunctionTable changed = simple();
  changed.statements[0].text = "int x = 2";
  VersionDiff diff = diffVersions(version({simple(), function("gone", {}), function("same", {})}),
                                  version({function("fresh", {}), function("same", {}), changed}));
  CHECK(diff.changed == Symbols{"_Zf"});
  CHECK(diff.added == Symbols{"_Zfresh"});
  CHECK(diff.removed == Symbols{"_Zgone"});
}

TEST_CASE("a function of several translation units is named once") {
  FunctionTable changed = simple();
  changed.statements[0].text = "int x = 2";
  VersionDiff diff =
      diffVersions(version({simple(), simple(), function("gone", {}), function("gone", {})}),
                   version({changed, changed, function("new", {}), function("new", {})}));
  CHECK(diff.changed == Symbols{"_Zf"});
  CHECK(diff.added == Symbols{"_Znew"});
  CHECK(diff.removed == Symbols{"_Zgone"});
}
