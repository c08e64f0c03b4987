// Tokens and places set as a person would write them.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "resume/readable.h"

using namespace jithost;

TEST_CASE("tokens close up around calls, members and indices") {
  CHECK(readableTokens("optimizer . step ( )") == "optimizer.step()");
  CHECK(readableTokens("x [ i + 1 ] = f ( a , b ) -> c") == "x[i + 1] = f(a, b)->c");
  CHECK(readableTokens("std :: string text = batch + \"a\"") == "std::string text = batch + \"a\"");
  CHECK(readableTokens("auto [ a , b ] = ! c") == "auto [a, b] = !c");
  CHECK(readableTokens("for ( int i = 0 ; i < n ; ++ i )") == "for (int i = 0; i < n; ++i)");
  CHECK(readableTokens("total ++") == "total++");
  CHECK(readableTokens("f ( i ++ ) + i ++ + 1") == "f(i++) + i++ + 1");
  CHECK(readableTokens("return ( a * b )") == "return (a * b)");
}

TEST_CASE("long statements are cut") {
  std::string text = readableTokens(std::string(300, 'x'));
  CHECK(text.size() < 110);
  CHECK(text.ends_with(" ..."));
}

TEST_CASE("statements without tokens, and an if without its else") {
  Statement statement;
  statement.kind = StatementKind::End;
  CHECK(statementText(statement) == "}");
  statement.kind = StatementKind::Compound;
  CHECK(statementText(statement) == "{ ... }");
  statement.kind = StatementKind::If;
  statement.text = "if ( c ) else";
  CHECK(statementText(statement) == "if (c)");
}

TEST_CASE("places lose their folder") {
  CHECK(placeText("/src/train.cpp", 41) == "train.cpp:41");
  CHECK(placeText("train.cpp", 0) == "train.cpp");
}
